from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flaskapp.zone import Zone

ROME = Zone(ZoneInfo("Europe/Rome"))


def test_a_day_begins_at_local_midnight() -> None:
    start, end = ROME.bounds(date(2026, 11, 20))
    assert (start, end) == (datetime(2026, 11, 19, 23, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC))


def test_the_day_on_which_clocks_go_back_has_25_hours() -> None:
    start, end = ROME.bounds(date(2026, 10, 25))
    assert end - start == timedelta(hours=25)


def test_the_parts_of_a_day_are_the_day_without_gap_or_overlap() -> None:
    for day in (date(2026, 11, 20), date(2026, 3, 29), date(2026, 10, 25)):
        parts = [ROME.bounds(day, part) for part in ("night", "morning", "afternoon", "evening")]
        assert [start for start, _ in parts[1:]] == [end for _, end in parts[:-1]]
        assert (parts[0][0], parts[-1][1]) == ROME.bounds(day)
