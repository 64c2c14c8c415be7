"""A camera's day as spans of time on a line: recorded, missing, dark, motion, sightings, clips. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flaskapp.words import lasting
from flaskapp.zone import Zone
from services.store.clip import Clip
from services.store.segment import Segment

SEAM = timedelta(seconds=2)
"""Less than that between two segments is no gap."""
UNFINISHED = timedelta(minutes=12)
"""A segment is listed when it ends: so long after the last one nothing is missing yet."""
MOMENT = timedelta(seconds=1)
"""What has no length is drawn as long as this."""


@dataclass(frozen=True)
class Span:
    """One thing on the line (aware UTC), with what is said of it; `id` is that of what can be played or opened.

    `bare` says that there is no preview of it.
    """

    start: datetime
    end: datetime
    says: str
    id: str | None = None
    kind: str = ""
    bare: bool = False


@dataclass(frozen=True)
class Day:
    """Where a day begins and ends (aware UTC): 23, 24 or 25 hours apart; what is drawn is cut off there."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    def second(self, moment: datetime) -> float:
        """Its second that a moment is, cut off at both ends."""
        return min(max((moment - self.start).total_seconds(), 0.0), self.seconds)

    def share(self, moment: datetime) -> float:
        """The same in percent of the day."""
        return 100 * self.second(moment) / self.seconds

    def width(self, span: Span) -> float:
        """How much of the day a span takes, in percent."""
        return self.share(span.end) - self.share(span.start)

    def hours(self, zone: Zone) -> list[tuple[datetime, str]]:
        """Each full hour by the clock on the wall: one is missing, or comes twice, where clocks change."""
        count = int(self.seconds // 3600)
        moments = [self.start + timedelta(hours=number) for number in range(count)]
        return [(moment, f"{zone.local(moment):%H}") for moment in moments]


def recorded(segments: Iterable[Segment], zone: Zone) -> list[Span]:
    """The segments."""
    return [_film(one, one.began_at, one.ended_at, zone, "Recorded") for one in segments]


def gaps(
    segments: Sequence[Segment], day: Day, now: datetime, since: datetime | None, records: bool, zone: Zone
) -> list[Span]:
    """Where nothing was recorded although the camera was being recorded before and after, or is now.

    `since` is when the oldest segment began that is not kept for ever, None when there is none: what is missing before
    that may have been deleted for its age. `records`: whether the camera is to be recorded now.
    """
    if since is None:
        return []
    last = max(day.start, since)
    found: list[tuple[datetime, datetime]] = []
    for one in segments:
        if one.began_at - last > SEAM:
            found.append((last, one.began_at))
        last = max(last, one.ended_at)
    end = min(day.end, now)
    if records and end - last > (SEAM if day.end <= now - UNFINISHED else UNFINISHED):
        found.append((last, end))
    return [Span(*one, _from_to(*one, zone, "Not recorded"), kind="gap") for one in found]


def motion(events: Sequence[Any], day: Day, zone: Zone) -> list[Span]:
    """From each `moving` until the `still` that follows; a `moving` after which nothing came is a moment."""
    found: list[Span] = []
    began: datetime | None = None
    for one in events:
        if one.detail == "still":
            found += [_moved(began or day.start, one.happened_at, zone)] if began or not found else []
            began = None
        elif began is None:
            began = one.happened_at
    return found + ([_moved(began, began + MOMENT, zone)] if began else [])


def _moved(start: datetime, end: datetime, zone: Zone) -> Span:
    return Span(start, end, _from_to(start, end, zone, "Motion"), kind="motion")


def dark(events: Sequence[Any], day: Day, now: datetime, silent_since: datetime | None, zone: Zone) -> list[Span]:
    """When no picture came: from each `camera_silent` to the `camera_back` that follows.

    `silent_since` is since when it is dark now, None when it is not.
    """
    began = silent_since if silent_since is not None and silent_since < day.start else None
    if events and events[0].kind == "camera_back":
        began = day.start
    found: list[tuple[datetime, datetime]] = []
    for one in events:
        if one.kind == "camera_silent":
            began = one.happened_at
        elif began is not None:
            found.append((began, one.happened_at))
            began = None
    if began is not None:
        found.append((max(began, day.start), min(day.end, now)))
    return [Span(*one, _from_to(*one, zone, "Dark"), kind="dark") for one in found if one[0] < one[1]]


def sightings(rows: Iterable[Any], zone: Zone) -> list[Span]:
    """From arrival to departure; what is still there ends where it was last seen."""
    return [
        Span(
            one.arrived_at,
            max(one.departed_at or one.last_seen_at, one.arrived_at + MOMENT),
            f"{one.label.capitalize()}, {zone.local(one.arrived_at):%H:%M:%S}",
            one.id,
            one.label,
        )
        for one in rows
    ]


def clips(rows: Iterable[Clip], zone: Zone) -> list[Span]:
    """The clips that can be played."""
    return [
        _film(one, one.began_at, one.ended_at, zone, "Clip")
        for one in rows
        if one.path is not None and one.began_at is not None and one.ended_at is not None
    ]


def _film(one: Segment | Clip, start: datetime, end: datetime, zone: Zone, what: str) -> Span:
    return Span(start, end, _from_to(start, end, zone, what), one.id, one.kind, one.preview != "made")


def _from_to(start: datetime, end: datetime, zone: Zone, what: str) -> str:
    took = lasting((end - start).total_seconds())
    return f"{what} {zone.local(start):%H:%M:%S}–{zone.local(end):%H:%M:%S} ({took})"
