from pathlib import Path

import pytest

from services.detector.durable import write_whole


def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b", b"new")
    assert (tmp_path / "a" / "b").read_bytes() == b"new"


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("model", b"new")]


def test_the_old_file_stays_whole_when_the_new_one_cannot_be_put_there(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.mkdir()  # a folder of that name cannot be replaced by a file
    with pytest.raises(OSError, match="model"):
        write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == [path]
