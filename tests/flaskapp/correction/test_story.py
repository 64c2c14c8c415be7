from datetime import datetime, timedelta

from flaskapp.correction.story import told
from services.store.correction import Correction
from tests.flaskapp.house import NOON


def made(ordinal: int, before: str, after: str | None, at: datetime = NOON) -> Correction:
    return Correction(f"{ordinal}-{at:%S}", ordinal, before, after, "Anna", at)


def test_a_change_is_told_in_words_with_who_made_it_and_when() -> None:
    earlier = NOON - timedelta(seconds=5)
    changes = [made(0, "dog", None), made(0, "cat", "dog", earlier)]
    assert [(one.words, one.user_name, one.at) for one in told(changes, NOON)] == [
        ("no dog", "Anna", NOON),
        ("dog, not cat", "Anna", earlier),
    ]


def test_what_was_put_right_in_one_go_is_one_change() -> None:
    (one,) = told([made(0, "dog", None), made(2, "cat", None)], NOON)
    assert (one.words, one.undo) == ("nothing here", "0-00")


def test_only_the_newest_change_can_be_undone_and_only_for_ten_seconds() -> None:
    changes = [made(1, "dog", None), made(0, "cat", "dog", NOON - timedelta(seconds=1))]
    assert [one.undo for one in told(changes, NOON + timedelta(seconds=4))] == ["1-00", None]
    assert told(changes, NOON + timedelta(seconds=4))[0].left_s == 6
    assert [one.undo for one in told(changes, NOON + timedelta(seconds=10))] == [None, None]


def test_nothing_was_put_right() -> None:
    assert told([], NOON) == []
