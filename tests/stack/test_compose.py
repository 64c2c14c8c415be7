import os
import subprocess
import sys
from pathlib import Path

from stack.compose import COPIED, COPIES, ROOT_PASSWORD, set_up
from stack.layout import ROOT
from stack.secrets import NAMES, read


def test_the_containers_copies_are_those_of_the_secrets(tmp_path: Path) -> None:
    assert set(set_up(tmp_path)) == {*NAMES, ROOT_PASSWORD}
    for name in COPIED:
        assert (tmp_path / COPIES / name).read_text().strip() == read(tmp_path, name)


def test_only_this_user_gets_at_the_copies_which_every_container_may_read(tmp_path: Path) -> None:
    set_up(tmp_path)
    assert (tmp_path / COPIES).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / COPIES).iterdir()} == {0o444}


def test_a_second_time_makes_no_new_secret(tmp_path: Path) -> None:
    set_up(tmp_path)
    before = {name: read(tmp_path, name) for name in NAMES}
    assert set_up(tmp_path) == []
    assert {name: read(tmp_path, name) for name in NAMES} == before


def test_it_needs_nothing_that_a_host_of_containers_lacks() -> None:
    loaded = "import stack.compose, sys; print('\\n'.join({name.split('.')[0] for name in sys.modules}))"
    clean = [sys.executable, "-S", "-c", f"import sys; sys.path.append({_site()!r}); {loaded}"]
    result = subprocess.run(clean, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True)
    foreign = set(result.stdout.split()) - set(sys.stdlib_module_names) - {"stack", "services", "bcrypt", "__main__"}
    assert {name for name in foreign if not name.startswith("_")} == set()


def _site() -> str:
    return next(path for path in sys.path if path.endswith("site-packages"))
