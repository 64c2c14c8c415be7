"""Which clips are wanted: motion, arrivals and departures, and what flows ask for become rows of `clip`."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from services.core.camera_events import CAMERA_EVENTS
from services.core.clock import Clock
from services.core.messages import EventNew, SightingArrived, SightingDeparted
from services.core.recording_messages import WorkClip
from services.core.rolls import Rolls
from services.store import clip
from services.store.clip import Wish

MOVING, STILL = CAMERA_EVENTS["motion"]
GONE = ("camera_silent", "stream_lost")
"""Of a camera of which nothing comes any more, nobody will say that it is still."""
AHEAD = timedelta(seconds=2)
"""While something moves a clip ends so long from now at least: it must not be over before it is looked at again."""


class Wishes:
    """The handlers of messages. `records` gives the ids of cameras that are recorded: others have no footage.

    `may` says whether the disk has room: what goes on without end ends there.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        rolls: Rolls,
        records: Callable[[], Iterable[str]],
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._rolls = rolls
        self._records = records
        self._may = may
        self._moving: set[str] = set()
        self._lock = threading.Lock()

    def motion(self, told: EventNew) -> None:
        """Motion that a camera or its node reports, or this recorder found."""
        if told.camera_id is None or told.kind not in ("motion", *GONE):
            return
        if told.kind == "motion" and told.detail in (MOVING, STILL):
            self._want(told.camera_id, told.happened_at, "motion", "motion")
        # Not before its clip is wanted: that is what goes on.
        with self._lock:
            (self._moving.add if told.detail == MOVING else self._moving.discard)(told.camera_id)

    def arrived(self, told: SightingArrived) -> None:
        """Something has come."""
        self._want(told.camera_id, told.arrived_at, "sighting", f"{told.label} arrived", told.sighting_id)

    def departed(self, told: SightingDeparted) -> None:
        """Something has gone."""
        self._want(told.camera_id, told.departed_at, "sighting", f"{told.label} departed", told.sighting_id)

    def asked(self, told: WorkClip) -> None:
        """A flow wants one: with those times as they are."""
        end = max(told.from_at, min(told.to_at, told.from_at + clip.LONGEST))
        wish = Wish(told.camera_id, "rule", told.from_at, end, told.from_at, told.reason)
        with self._engine.begin() as connection:
            clip.want(connection, wish, self._clock.now())

    def go_on(self) -> None:
        """While something moves, clips of it go on, one behind the other."""
        with self._lock:
            moving = self._moving.copy()
        if not moving or not self._may():
            return
        now = self._clock.now()
        with self._engine.begin() as connection:
            for camera_id in sorted(moving.intersection(self._records())):
                clip.go_on(connection, camera_id, now, now + max(self._rolls.after, AHEAD))

    def _want(self, camera_id: str, at: datetime, because: str, detail: str, sighting_id: str | None = None) -> None:
        if camera_id not in set(self._records()):
            return
        wish = Wish(camera_id, because, at - self._rolls.before, at + self._rolls.after, at, detail, sighting_id)
        with self._engine.begin() as connection:
            clip.want(connection, wish, self._clock.now())
