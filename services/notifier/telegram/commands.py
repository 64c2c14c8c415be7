"""Reads what a person writes to the bot. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=7)
HOW_LONG = "For how long? For instance /mute 30m, /mute 8h or /mute 2d, seven days at most; /mute off ends it."
_COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]*)?(?:\s+(.*))?$", re.DOTALL)
_PART = re.compile(r"(\d{1,6})\s*([a-z]+)")
_UNITS = {"m": 1, "min": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60, "d": 1440, "day": 1440, "days": 1440}


class NotUnderstood(Exception):
    """What is behind a command has no meaning; the text says what has."""


@dataclass(frozen=True)
class Command:
    """`/mode@house_bot  night` is `mode` with `night` behind it."""

    name: str
    argument: str


def parse(text: str) -> Command | None:
    """The command; None for what is none."""
    found = _COMMAND.match(text.strip())
    return Command(found[1].lower(), " ".join((found[2] or "").split())) if found else None


def how_long(argument: str) -> timedelta | None:
    """`30m`, `1h 30 min`; an hour for nothing; None for `off`. Raises `NotUnderstood`."""
    wanted = argument.lower()
    if wanted in ("off", "0"):
        return None
    length = _length(wanted) if wanted else HOUR
    if length is None or not timedelta() < length <= LONGEST:
        raise NotUnderstood(HOW_LONG)
    return length


def _length(text: str) -> timedelta | None:
    parts = _PART.findall(text)
    known = parts and not _PART.sub("", text).strip() and all(unit in _UNITS for _, unit in parts)
    return timedelta(minutes=sum(int(number) * _UNITS[unit] for number, unit in parts)) if known else None
