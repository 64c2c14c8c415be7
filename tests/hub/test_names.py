from pathlib import Path

import pytest

from services.hub.names import Names


def test_known_names_go_on_and_new_ones_are_refused_beyond_the_limit(tmp_path: Path) -> None:
    names = Names(tmp_path / "names", 3)
    assert [names.allows(name) for name in ("a", "b", "a", "c", "d", "b")] == [True, True, True, True, False, True]


def test_a_restart_forgets_no_name(tmp_path: Path) -> None:
    first = Names(tmp_path / "names", 2)
    first.allows("Füße \\u0000")
    first.save()
    first.allows("b")
    first.save()
    second = Names(tmp_path / "names", 2)
    assert second.allows("Füße \\u0000")
    assert second.allows("b")
    assert not second.allows("c")


def test_names_that_could_not_be_saved_are_saved_the_next_time(tmp_path: Path) -> None:
    names = Names(tmp_path / "later" / "names", 5)
    names.allows("a")
    with pytest.raises(FileNotFoundError):
        names.save()
    (tmp_path / "later").mkdir()
    names.save()
    assert not Names(tmp_path / "later" / "names", 1).allows("b")


def test_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "names").write_bytes(b'"a"\n"b\xff')
    names = Names(tmp_path / "names", 1)
    assert names.allows("a")
    assert not names.allows("b")
