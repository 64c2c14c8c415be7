"""Lets recordings and clips go that are too old, and the oldest recordings where the disk fills up.

What somebody keeps stays, and what a clip that is not cut yet needs. The sweeper deletes the files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media
from services.keeper import metrics
from services.keeper.disk import Room, room_of
from services.store import clip, garbage, segment

EVERY_S = 60.0
AT_ONCE = 200
FOR_ROOM = "the disk is low"
YOUNG = timedelta(minutes=10)
"""A younger one does not go for want of room: recording pauses before that."""
log = get(__name__)


@dataclass(frozen=True)
class Keeping:
    """How long each is kept (None: for ever), and the share of the disk, in percent, that is to be free (0: any)."""

    segments: timedelta | None
    clips: timedelta | None
    room_percent: float


class Recordings:
    """Looks once a minute."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        media: Media,
        keeping: Keeping,
        room: Callable[[Path], Room] = room_of,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._media = media
        self._keeping = keeping
        self._room = room
        self._due_at = clock.monotonic()

    def tidy(self) -> int:
        """One look; how many recordings and clips have lost their rows."""
        if self._clock.monotonic() < self._due_at:
            return 0
        with self._engine.begin() as connection:
            gone = self._too_old(connection) + self._for_room(connection)
        self._due_at = self._clock.monotonic() + EVERY_S
        return gone

    def _too_old(self, connection: Connection) -> int:
        now, gone = self._clock.now(), 0
        if self._keeping.segments:
            old = segment.oldest_free(connection, now - self._keeping.segments, AT_ONCE)
            gone += _counted("segments", segment.let_go(connection, old, "it is older than recordings are kept", now))
        if self._keeping.clips:
            aged = clip.oldest_free(connection, now - self._keeping.clips, AT_ONCE)
            gone += _counted("clips", clip.let_go(connection, aged, "it is older than clips are kept", now))
        return gone

    def _for_room(self, connection: Connection) -> int:
        missing = self._missing_bytes()
        # What was let go before and still takes its room would be let go for once more, and so on to the last one.
        if missing <= 0 or garbage.waits(connection, FOR_ROOM):
            return 0
        now, going = self._clock.now(), []
        for one in segment.oldest_free(connection, now - YOUNG, AT_ONCE):
            if missing <= 0:
                break
            going.append(one)
            missing -= one.bytes
        if going:
            log.warning("recordings_go_for_room", count=len(going), until=str(going[-1].ended_at))
        return _counted("segments", segment.let_go(connection, going, FOR_ROOM, now))

    def _missing_bytes(self) -> float:
        # Where its disk is not mounted, the room of another one would be looked at.
        if not self._keeping.room_percent or not self._media.is_there:
            return 0
        try:
            room = self._room(self._media.root)
        except OSError as error:
            log.warning("disk_not_looked_at", folder=str(self._media.root), reason=error.strerror)
            return 0
        return room.total * self._keeping.room_percent / 100 - room.free


def _counted(kind: str, gone: int) -> int:
    metrics.forgotten.labels(kind).inc(gone)
    return gone
