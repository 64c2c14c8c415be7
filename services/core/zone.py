"""The time zone that people's sentences and pages are in. Rows and messages are in UTC."""

from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.core.settings import SettingError

LOCALTIME = Path("/etc/localtime")


def zone_of(name: str | None) -> tzinfo:
    """The zone of that name, or the machine's own. Raises `SettingError` for a name that is none."""
    if name is None:
        return _of_this_machine()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(f"HEARTHWATCH_TIME_ZONE: no time zone {name!r}; write one like Europe/Rome") from error


def _of_this_machine() -> tzinfo:
    try:
        with LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC
