"""Rings again for plates that have waited too long: to be read, or for the verdict whether to tell of them."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.messages import WorkPlates
from services.keeper.bells import MOST, SRC, Bells
from services.keeper.patience import Patience
from services.store import plate_look, plate_read
from services.store.work import Waiting


class PlateBells:
    """What waits longer than `wait_s` seconds is rung for, in the way of `bells`."""

    def __init__(self, bells: Bells, engine: Engine, bus: Bus, clock: Clock, wait_s: float = 5.0) -> None:
        self._bells = bells
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._wait = timedelta(seconds=wait_s)
        self._nudges: Patience[str] = Patience(clock, wait_s)
        self._verdicts: Patience[str] = Patience(clock, wait_s)

    def nudge_readers(self) -> None:
        """One `work/plates` for each camera whose pictures wait to be read: it wakes a reader."""
        with self._engine.connect() as connection:
            oldest = plate_look.waiting(connection, self._clock.now() - self._wait, MOST)
        waiting = {one.camera_id: one for one in oldest}
        calls = {camera: partial(self._nudge, waiting[camera]) for camera in self._nudges.due(list(waiting))}
        self._bells.ring_all("plates_pending", calls, self._nudges)

    def ring_for_verdicts(self) -> None:
        """`image/plates` again for pictures that settled a named plate on which nothing was decided."""
        with self._engine.connect() as connection:
            waiting = plate_read.waiting_for_verdict(connection, self._clock.now() - self._wait, MOST)
            told = plate_read.told(connection, self._verdicts.due([one.image_id for one in waiting]))
        calls = {one.row.image_id: partial(one.message, self._clock, SRC) for one in told}
        self._bells.ring_all("plates_unjudged", calls, self._verdicts)

    def ring_failed(self, image_ids: Sequence[str]) -> None:
        """`image/plates` for pictures whose look has just failed for good: the gallery shows why."""
        with self._engine.connect() as connection:
            told = plate_read.told(connection, image_ids)
        if told:
            self._bus.ring(*(one.message(self._clock, SRC) for one in told))

    def _nudge(self, one: Waiting) -> WorkPlates:
        waited = (self._clock.now() - one.since).total_seconds()
        reasons = [f"has waited {waited:.0f} s for its plates to be read"]
        return WorkPlates.make(self._clock, SRC, image_id=one.image_id, camera_id=one.camera_id, reasons=reasons)
