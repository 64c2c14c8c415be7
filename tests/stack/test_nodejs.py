import json
from pathlib import Path

import pytest

from stack import nodejs
from stack.problem import StackError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package of npm that needs nothing from elsewhere."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "shelf", "version": "1.0.0"}))
    lock = {"name": "shelf", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "node_modules").mkdir()
    return tmp_path


def stamp(folder: Path, dev: bool) -> None:
    lock = nodejs._lock_hash(folder)
    (folder / "node_modules" / nodejs.STAMP).write_text(json.dumps({"lock": lock, "dev": dev}))


def test_what_was_never_installed_is_not_current(folder: Path) -> None:
    assert not nodejs.is_current(folder)


def test_it_is_current_until_the_lock_changes(folder: Path) -> None:
    stamp(folder, dev=False)
    assert nodejs.is_current(folder)
    lock = folder / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert not nodejs.is_current(folder)


def test_the_tests_want_more_than_a_run(folder: Path) -> None:
    stamp(folder, dev=False)
    assert not nodejs.is_current(folder, dev=True)
    stamp(folder, dev=True)
    assert nodejs.is_current(folder, dev=False)


def test_npms_own_words_are_told_when_it_fails(folder: Path) -> None:
    (folder / "package.json").write_text("{no json")
    with pytest.raises(StackError, match=r"npm ci in .* failed(?s:.*)JSON"):
        nodejs.install(folder)


def test_an_incomplete_copy_is_said(folder: Path) -> None:
    (folder / "package-lock.json").unlink()
    with pytest.raises(StackError, match="not whole"):
        nodejs.install(folder)
