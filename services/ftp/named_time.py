"""The time that a camera writes into the names of its files and folders: its own local time, or Unix time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

_DAY = r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<fraction>\d{0,6})"
_APART_DAY = r"(?P<year>(?:20)?\d\d)[-_.](?P<month>\d\d)[-_.](?P<day>\d\d)"
_APART_TIME = r"(?P<hour>\d\d)[-_.:h](?P<minute>\d\d)[-_.:m](?P<second>\d\d)"
# The first that fits, in what comes last of a path, is the camera's time.
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # Hikvision, Reolink, Foscam, and whoever writes it in one piece: 20261120142305, 20261120-142305123.
        rf"(?<!\d){_DAY}[T_\- ]?{_TIME}(?!\d)",
        # 2026-11-20_14-23-05; Axis with two digits of the year: 26-11-20_14-23-05-12.
        rf"(?<!\d){_APART_DAY}[T_\- ./]+{_APART_TIME}(?:[-.,_](?P<fraction>\d{{1,6}})(?!\d))?(?!\d)",
        # Dahua: the hour, or hour and minute, are folders: 2026-11-20/001/jpg/14/23/05[M][0@0][0].jpg
        rf"(?<!\d){_APART_DAY}/.*?(?<!\d)(?P<hour>\d\d)[/.](?P<minute>\d\d)[/.](?P<second>\d\d)(?P<fraction>)(?=[\[.\-_])",
        # Folders of days, names of times: 20261120/record/A142305_142310.264
        rf"(?<!\d){_DAY}/.*?(?<!\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)(?P<fraction>)(?!\d)",
    )
)
_UNIX = re.compile(r"(?<!\d)(?P<seconds>1[5-9]\d{8})(?P<fraction>\d{3})?(?!\d)", re.ASCII)


def named_time(path: str, zone: tzinfo, near: datetime) -> datetime | None:
    """The time in a path, aware UTC; `zone` is the house's. None when there is none.

    Where the clocks go back an hour comes twice: the one that is nearer to `near`, the receipt, is meant.
    """
    return next((found for text in _endings(path) if (found := _in(text, zone, near))), None)


def _endings(path: str) -> Iterator[str]:
    """The name, then it with its last folders: what is written nearest to the end counts most."""
    parts = path.strip("/").split("/")
    for count in range(1, min(len(parts), 6) + 1):
        yield "/".join(parts[-count:])


def _in(text: str, zone: tzinfo, near: datetime) -> datetime | None:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if found := _local(match, zone, near):
                return found
    unix = _UNIX.search(text)
    if unix is None:
        return None
    return datetime.fromtimestamp(int(unix["seconds"]), UTC) + timedelta(milliseconds=int(unix["fraction"] or 0))


def _local(match: re.Match[str], zone: tzinfo, near: datetime) -> datetime | None:
    month, day, hour, minute, second = (int(match[name]) for name in ("month", "day", "hour", "minute", "second"))
    fraction = int((match["fraction"] or "").ljust(6, "0"))
    try:
        naive = datetime(_year(match["year"]), month, day, hour, minute, second, fraction)  # noqa: DTZ001 (it follows)
    except ValueError:
        return None
    return of_local(naive, zone, near)


def of_local(naive: datetime, zone: tzinfo, near: datetime) -> datetime:
    """A clock's local time as aware UTC; of an hour that comes twice, the one that is nearer to `near`."""
    both = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(both, key=lambda one: abs(one - near))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
