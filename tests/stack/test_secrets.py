from pathlib import Path

import bcrypt
import pytest

from stack.problem import StackError
from stack.secrets import HASHED, NAMES, generate, read


def test_every_secret_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert sorted(generate(folder)) == sorted(NAMES)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_no_two_secrets_are_alike(tmp_path: Path) -> None:
    generate(tmp_path)
    assert len({read(tmp_path, name) for name in NAMES}) == len(NAMES)


def test_a_secret_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "db_password").write_text("mine\n")
    generate(tmp_path)
    before = {name: read(tmp_path, name) for name in NAMES}
    assert generate(tmp_path) == []
    assert {name: read(tmp_path, name) for name in NAMES} == before
    assert before["db_password"] == "mine"


def test_the_hashes_are_those_of_the_passwords(tmp_path: Path) -> None:
    generate(tmp_path)
    for name, source in HASHED.items():
        assert bcrypt.checkpw(read(tmp_path, source).encode(), read(tmp_path, name).encode())


def test_a_missing_secret_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"db_password.*scripts/run makes missing ones"):
        read(tmp_path, "db_password")


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db_password").touch()
    with pytest.raises(StackError, match="is empty"):
        read(tmp_path, "db_password")
