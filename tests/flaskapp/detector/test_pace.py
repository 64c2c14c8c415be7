from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from flaskapp.detector.pace import fall_backs, paces

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def looked(number: int, took_ms: float, model: str = "nanodet", because: str | None = None) -> SimpleNamespace:
    """The picture that was captured so many seconds before noon."""
    at = NOON - timedelta(seconds=number)
    named = {"id": str(number), "captured_at": at, "model": model, "model_version": "1"}
    return SimpleNamespace(**named, took_ms=took_ms, fell_back_because=because)


def test_half_and_nineteen_of_twenty_took_at_most_so_long() -> None:
    [one] = paces(looked(number, float(number + 1)) for number in range(100))
    assert (one.pictures, one.p50_ms, one.p95_ms, one.newest_at) == (100, 50.0, 95.0, NOON)


def test_one_picture_is_enough_for_a_pace() -> None:
    [one] = paces([looked(0, 61.0)])
    assert (one.p50_ms, one.p95_ms) == (61.0, 61.0)


def test_the_model_of_the_newest_picture_comes_first() -> None:
    found = paces([looked(0, 1, "new"), looked(1, 1, "old"), looked(2, 1, "old")])
    assert [(one.model, one.pictures) for one in found] == [("new", 1), ("old", 2)]


def test_reasons_for_standing_in_come_by_frequency_with_their_newest_picture() -> None:
    found = fall_backs([looked(0, 1), *(looked(n, 1, because="slow" if n == 2 else "budget") for n in range(1, 5))])
    assert [(one.because, one.pictures, one.newest_id) for one in found] == [("budget", 3, "1"), ("slow", 1, "2")]
