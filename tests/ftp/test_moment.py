from datetime import UTC, datetime, timedelta

import pytest

from services.ftp.moment import EPOCH, Dated, dated

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_first_that_says_a_time_counts() -> None:
    said = dated([("name", lambda: None), ("exif", lambda: NOON), ("sender", lambda: NOON - timedelta(days=1))], NOON)
    assert said == Dated(NOON, NOON)


@pytest.mark.parametrize("off", [timedelta(minutes=2), -timedelta(days=8)])
def test_a_time_that_cannot_be_is_not_believed_but_tells_the_same_picture_apart(off: timedelta) -> None:
    assert dated([("name", lambda: NOON + off), ("exif", lambda: NOON)], NOON) == Dated(None, NOON + off)


def test_a_clock_that_stands_at_its_beginning_is_not_believed_and_one_before_it_says_nothing() -> None:
    assert dated([("name", lambda: EPOCH), ("exif", lambda: NOON)], NOON) == Dated(None, EPOCH)
    assert dated([("name", lambda: EPOCH - timedelta(hours=1)), ("exif", lambda: NOON)], NOON) == Dated(NOON, NOON)


def test_without_any_the_receipt_counts() -> None:
    assert dated([("name", lambda: None)], NOON) == Dated(None, None)
