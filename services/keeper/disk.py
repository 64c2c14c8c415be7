"""Raises that the pictures' disk is almost full (`disk_low`), and that there is room again (`disk_back`)."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.store import event
from services.store.event import Event

EVERY_S = 60.0
ROOMY = 1.5
"""So many times as much as is low must be free for it to be over: what comes and goes about the limit is told once."""
KINDS = ("disk_low", "disk_back")
log = get(__name__)


@dataclass(frozen=True)
class Room:
    """Bytes of a disk."""

    total: int
    free: int

    @property
    def percent_free(self) -> float:
        """Of a disk of no size nothing is free."""
        return 100 * self.free / self.total if self.total else 0.0


def room_of(folder: Path) -> Room:
    """Of the disk on which a folder is. Raises `OSError`."""
    usage = shutil.disk_usage(folder)
    return Room(usage.total, usage.free)


@dataclass(frozen=True)
class Watched:
    """`low_percent`: less free room than that is low; 0: it is not looked at."""

    folder: Path
    low_percent: float


class DiskWatch:
    """Looks once a minute. Which of the two was said last is in the events: a restart says nothing again."""

    def __init__(
        self, engine: Engine, bus: Bus, clock: Clock, watched: Watched, room: Callable[[Path], Room] = room_of
    ) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._watched = watched
        self._room = room
        self._due_at = clock.monotonic()

    def look(self) -> Event | None:
        """Writes an event when the disk has become low, or is low no more; rings for it; gives it."""
        now = self._clock.monotonic()
        if not self._watched.low_percent or now < self._due_at:
            return None
        try:
            room = self._room(self._watched.folder)
        except OSError as error:
            self._due_at = now + EVERY_S
            log.warning("disk_not_looked_at", folder=str(self._watched.folder), reason=error.strerror)
            return None
        with self._engine.begin() as connection:
            made = self._made(connection, room)
        # Only now: with the database away it is looked at again in the next round.
        self._due_at = now + EVERY_S
        if made is not None:
            log.warning(made.kind, said=made.detail)
            self._bus.ring(made.bell(self._clock, "keeper"))
        return made

    def _made(self, connection: Connection, room: Room) -> Event | None:
        last = event.newest(connection, KINDS)
        was_low = last is not None and last.kind == "disk_low"
        kind = turn(room.percent_free, self._watched.low_percent, was_low)
        if kind is None:
            return None
        now = self._clock.now()
        made = Event(new_id(), kind, None, None, said(kind, room), now, now, now)
        event.add(connection, [made])
        return made


def turn(free: float, low: float, was_low: bool) -> str | None:
    """The kind of event that this share of free room is, in percent; None: nothing new."""
    if was_low:
        return "disk_back" if free >= ROOMY * low else None
    return "disk_low" if free < low else None


def said(kind: str, room: Room) -> str:
    """`The disk of the pictures is almost full: 3.2 GB of 128.0 GB are free (2.5 %).`"""
    free, total = (f"{value / 1e9:.1f} GB" for value in (room.free, room.total))
    what = "is almost full" if kind == "disk_low" else "has room again"
    return f"The disk of the pictures {what}: {free} of {total} are free ({room.percent_free:.1f} %)."
