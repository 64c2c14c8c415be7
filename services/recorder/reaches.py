"""How each camera's stream is reached: the table `reach`, and an event when it is lost or comes back.

A stream that is away for a moment is no event: it is one when it has been away for half a minute.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import EventNew
from services.recorder.verdict import OK, Verdict
from services.store import event, stream
from services.store.event import Event

LOST, BACK = "stream_lost", "stream_back"
LOST_AFTER_S, BACK_AFTER_S = 30.0, 5.0
NOTED_EVERY_S = 30.0
log = get(__name__)


@dataclass
class _Camera:
    """What is known of one: since when (monotonic) it is well or not, and what was told of it."""

    verdict: Verdict
    well: bool
    since: float
    at: datetime
    lost: bool | None = None
    cost_percent: float | None = None
    noted: str = ""
    noted_at: float = 0.0


class Reaches:
    """`say` may be called by many threads; `write` by one."""

    def __init__(self, engine: Engine, ring: Callable[[EventNew], None], clock: Clock) -> None:
        self._engine = engine
        self._ring = ring
        self._clock = clock
        self._cameras: dict[str, _Camera] = {}
        self._lock = threading.Lock()

    def say(self, camera_id: str, verdict: Verdict) -> None:
        """How a try has ended, or that it goes on well."""
        now, well = self._clock.monotonic(), verdict.state == OK
        with self._lock:
            one = self._cameras.get(camera_id)
            if one is None:
                one = self._cameras[camera_id] = _Camera(verdict, well, now, self._clock.now())
            if one.well != well:
                one.well, one.since = well, now
            one.verdict, one.at = verdict, self._clock.now()

    def cost(self, percents: Mapping[str, float]) -> None:
        """What share of one core looking for motion takes, by camera: it stands in the detail while all is well."""
        with self._lock:
            for camera_id, percent in percents.items():
                if camera_id in self._cameras:
                    self._cameras[camera_id].cost_percent = percent

    def forget(self, camera_id: str) -> None:
        """It is not recorded any more."""
        with self._lock:
            self._cameras.pop(camera_id, None)

    def well(self) -> int:
        """How many streams come now."""
        with self._lock:
            return sum(one.well for one in self._cameras.values())

    def known(self) -> int:
        """How many streams were tried."""
        with self._lock:
            return len(self._cameras)

    def write(self) -> None:
        """Writes what is new, and rings for what was lost or came back. Raises what the database does when away."""
        with self._lock:
            due = {camera_id: one for camera_id, one in self._cameras.items() if self._is_due(one)}
        if not due:
            return
        with self._engine.begin() as connection:
            made = [self._write(connection, camera_id, one) for camera_id, one in due.items()]
        for one in filter(None, made):
            log.warning(one.kind, camera=one.camera_id, said=one.detail)
            self._ring(one.bell(self._clock, "recorder"))

    def _is_due(self, one: _Camera) -> bool:
        late = self._clock.monotonic() - one.noted_at >= NOTED_EVERY_S
        return late or one.noted != one.verdict.state or one.lost is None or one.lost is one.well

    def _write(self, connection: Connection, camera_id: str, one: _Camera) -> Event | None:
        if one.lost is None:
            one.lost = stream.was_lost(connection, camera_id, (LOST, BACK))
        stream.note(connection, camera_id, one.verdict.state, _detail(one), one.at)
        one.noted, one.noted_at = one.verdict.state, self._clock.monotonic()
        turned = turn(one.well, self._clock.monotonic() - one.since, one.lost)
        if turned is None:
            return None
        one.lost = turned == LOST
        now = self._clock.now()
        words = one.verdict.detail if one.lost else "the stream comes again"
        made = Event(new_id(), turned, camera_id, None, words, now, now, now)
        event.add(connection, [made])
        return made


def _detail(one: _Camera) -> str:
    told = [one.verdict.detail] if one.verdict.detail else []
    if one.well and one.cost_percent is not None:
        told.append(f"looking for motion takes {one.cost_percent:.1f} % of a core")
    return "; ".join(told)


def turn(well: bool, since_s: float, lost: bool) -> str | None:
    """The kind of event that it is when a stream has been well, or not, for so long; None: nothing new."""
    if well and lost:
        return BACK if since_s >= BACK_AFTER_S else None
    return LOST if not well and not lost and since_s >= LOST_AFTER_S else None
