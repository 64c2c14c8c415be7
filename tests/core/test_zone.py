from datetime import UTC, datetime

import pytest

from services.core.settings import SettingError
from services.core.zone import zone_of


def test_a_zone_that_is_none_is_named_with_its_key() -> None:
    with pytest.raises(SettingError, match=r"HEARTHWATCH_TIME_ZONE.*Mars/Olympus"):
        zone_of("Mars/Olympus")


def test_a_named_zone_is_that_zone() -> None:
    assert datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(zone_of("Europe/Rome")).hour == 14


def test_without_a_setting_the_machine_says_its_zone() -> None:
    assert datetime(2026, 11, 20, tzinfo=UTC).astimezone(zone_of(None)).utcoffset() is not None
