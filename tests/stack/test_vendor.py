import json
import sys
from pathlib import Path

import pytest

from flaskapp.assets import VENDORED
from stack import vendor
from stack.vendor import FILES, GALLERY, VendorError


def test_the_lock_names_no_registry_of_ours() -> None:
    packages = json.loads((GALLERY / "package-lock.json").read_text())["packages"]
    assert {"node_modules/htmx.org", "node_modules/@picocss/pico"} <= set(packages)
    for name, package in packages.items():
        assert package.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), name
        assert not name or package["integrity"].startswith("sha512-")


def test_all_that_pages_load_is_copied() -> None:
    assert {f"vendor/{name}" for name in FILES.values()} >= set(VENDORED)


def test_a_failed_fetch_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "TARGET", tmp_path / "vendor")
    npm = tmp_path / "npm.py"
    npm.write_text("import sys; sys.exit('ENOTFOUND registry')")
    with pytest.raises(VendorError, match=r"check the network:\nENOTFOUND registry"):
        vendor.vendor(Path(sys.executable), npm)


def test_what_is_there_already_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "TARGET", tmp_path / "vendor")
    npm = tmp_path / "npm.py"
    npm.write_text(
        "from pathlib import Path\n"
        "assert Path('package-lock.json').exists()\n"
        f"for name in {sorted(FILES)!r}:\n"
        "    path = Path('node_modules') / name\n"
        "    path.parent.mkdir(parents=True, exist_ok=True)\n"
        "    path.write_text(name)\n"
    )
    vendor.vendor(Path(sys.executable), npm)
    assert {path.name for path in (tmp_path / "vendor").iterdir()} == {*FILES.values(), ".lock-sha256"}
    npm.unlink()
    vendor.vendor(Path(sys.executable), npm)
