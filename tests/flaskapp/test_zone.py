from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flaskapp.zone import Zone, zone_of
from services.core.settings import SettingError

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


def test_a_zone_that_is_none_is_named_with_its_key() -> None:
    with pytest.raises(SettingError, match=r"HEARTHWATCH_GALLERY_TIME_ZONE.*Mars/Olympus"):
        zone_of("Mars/Olympus")


def test_without_a_setting_the_machine_says_its_zone() -> None:
    assert zone_of(None).local(datetime(2026, 11, 20, tzinfo=UTC)).tzinfo is not None
