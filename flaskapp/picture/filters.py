"""Which pictures somebody looks for, kept in the URL.

`?camera=front-door&label=person&day=2026-11-20&part=night`, and `zone`, `plate`, `sighting`, `dropped`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flaskapp.zone import PARTS, Zone, days
from services.core.folding import signs
from services.store.wanted import EVER, Span

DAYS_A_PAGE = 60
"""How many days one page looks through for a time of day, before it hands on to the next page."""
PLATE_LENGTH = 16


@dataclass(frozen=True)
class Filter:
    """What was chosen; None is any.

    `zone` and `sighting` are ids, `plate` is a part of a plate in capitals, `dropped` a reason why things were dropped.
    """

    camera: str | None = None
    label: str | None = None
    day: date | None = None
    part: str | None = None
    zone: str | None = None
    plate: str | None = None
    sighting: str | None = None
    dropped: str | None = None

    def query(self, **changes: Any) -> dict[str, str]:
        """The URL's arguments, with changes; None takes one out."""
        changed = replace(self, **changes)
        return {name: str(value) for name, value in changed.__dict__.items() if value is not None}

    @property
    def any(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.query())


def read(arguments: Mapping[str, str]) -> Filter:
    """From the URL; what makes no sense is left out."""
    part = arguments.get("part")
    return Filter(
        camera=arguments.get("camera") or None,
        label=arguments.get("label") or None,
        day=_day(arguments.get("day", "")),
        part=part if part in PARTS else None,
        zone=_id(arguments.get("zone", "")),
        plate=signs(arguments.get("plate", ""))[:PLATE_LENGTH] or None,
        sighting=_id(arguments.get("sighting", "")),
        dropped=arguments.get("dropped") or None,
    )


def _id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 9000 else None


def spans(chosen: Filter, zone: Zone, start: datetime, backwards: bool = True) -> Iterator[Span]:
    """The times to look through from `start` on, in the order of the list.

    A time of day is one span a day, so that each is read straight off an index.
    """
    if chosen.day is None and chosen.part is None:
        yield EVER
        return
    wanted_days = iter([chosen.day]) if chosen.day else days(zone.day_of(start), -1 if backwards else 1, DAYS_A_PAGE)
    for day in wanted_days:
        yield Span(*zone.bounds(day, chosen.part))
