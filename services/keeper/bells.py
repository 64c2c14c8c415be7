"""Rings again for what has waited too long: pictures for a plan, a detector, a verdict; departures and events for one.

A bell may have been lost with the broker, or whoever heard it may have died. The row says what is still to be done.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from pydantic import ValidationError
from sqlalchemy import Engine

from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ImageNew, Message, WorkDetect
from services.keeper import metrics
from services.keeper.patience import Patience
from services.store import detection, event, sighting, work
from services.store.work import Waiting

MOST = 200
SRC = "keeper"
log = get(__name__)


class Bells:
    """What waits longer than `wait_s` seconds is rung for, at most `most` of a kind in a round."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, wait_s: float = 5.0, most: int = MOST) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._wait = timedelta(seconds=wait_s)
        self._most = most
        self._plans: Patience[str] = Patience(clock, wait_s)
        self._nudges: Patience[str] = Patience(clock, wait_s)
        self._verdicts: Patience[str] = Patience(clock, wait_s)
        self._departures: Patience[str] = Patience(clock, wait_s)
        self._happenings: Patience[str] = Patience(clock, wait_s)

    def ring_for_plans(self) -> None:
        """`image/new` for pictures about which Node-RED has said nothing; every camera gets its share."""
        before = self._clock.now() - self._wait
        with self._engine.connect() as connection:
            cameras = work.cameras_with(connection, "new")
            share = max(self._most // max(len(cameras), 1), 2)
            waiting = [one for camera in cameras for one in work.waiting_for_plan(connection, camera, before, share)]
        due = set(self._plans.due([one.image_id for one in waiting][: self._most]))
        calls = {one.image_id: partial(self._new, one) for one in waiting if one.image_id in due}
        self.ring_all("new", calls, self._plans)

    def nudge_detectors(self) -> None:
        """One `work/detect` for each camera whose pictures wait for a look: it wakes a detector."""
        before = self._clock.now() - self._wait
        with self._engine.connect() as connection:
            oldest = [
                work.oldest_for_detector(connection, camera, before)
                for camera in work.cameras_with(connection, "pending")
            ]
        waiting = {one.camera_id: one for one in oldest if one}
        calls = {camera: partial(self._nudge, waiting[camera]) for camera in self._nudges.due(list(waiting))}
        self.ring_all("pending", calls, self._nudges)

    def ring_for_verdicts(self) -> None:
        """`image/detected` again for pictures with something in them on which nothing was decided."""
        before = self._clock.now() - self._wait
        with self._engine.connect() as connection:
            waiting = work.waiting_for_verdict(connection, before, self._most)
            due = self._verdicts.due([one.image_id for one in waiting])
            found = detection.outcomes(connection, due)
        calls = {one.image_id: partial(one.message, self._clock, SRC) for one in found}
        self.ring_all("detected", calls, self._verdicts)

    def ring_for_departures(self) -> None:
        """`sighting/departed` again for departures that somebody wants to be told of and nothing was decided on."""
        now = self._clock.now()
        before = now - self._wait
        with self._engine.begin() as connection:
            sighting.forget_unasked(connection, before, now)
            waiting = {one.id: one for one in sighting.waiting_for_verdict(connection, before, self._most)}
        due = self._departures.due(list(waiting))
        calls = {key: partial(sighting.departed, waiting[key], self._clock, SRC) for key in due}
        self.ring_all("departed", calls, self._departures)

    def ring_for_happenings(self) -> None:
        """`event/new` again for events that people may be told of and nothing was decided on."""
        with self._engine.connect() as connection:
            late = event.waiting_for_verdict(connection, self._clock.now() - self._wait, self._most)
        waiting = {one.id: one for one in late}
        calls = {key: partial(waiting[key].bell, self._clock, SRC) for key in self._happenings.due(list(waiting))}
        self.ring_all("happened", calls, self._happenings)

    def ring_failed(self, image_ids: Sequence[str]) -> None:
        """`image/detected` for pictures that have just failed: the gallery shows why."""
        with self._engine.connect() as connection:
            found = detection.outcomes(connection, image_ids)
        if found:
            self._bus.ring(*(one.message(self._clock, SRC) for one in found))

    def ring_all(self, what: str, calls: Mapping[str, Callable[[], Message]], patience: Patience[str]) -> None:
        """Rings for several of a kind, each made by a call, and notes that in `patience`."""
        bells = {key: bell for key, call in calls.items() if (bell := _made(key, call))}
        try:
            if bells:
                self._bus.publish_all(list(bells.values()))
        except BusAway as away:
            log.warning("bell_not_rung", what=what, reason=str(away))
            return
        patience.rung(calls)
        if bells:
            metrics.rung.labels(what).inc(len(bells))
            log.info("rung_again", what=what, count=len(bells))

    def _new(self, one: Waiting) -> Message:
        return ImageNew.make(
            self._clock,
            SRC,
            image_id=one.image_id,
            camera_id=one.camera_id,
            captured_at=one.captured_at,
            received_at=one.received_at,
        )

    def _nudge(self, one: Waiting) -> Message:
        waited = (self._clock.now() - one.since).total_seconds()
        reasons = [f"has waited {waited:.0f} s for a detector"]
        return WorkDetect.make(self._clock, SRC, image_id=one.image_id, camera_id=one.camera_id, reasons=reasons)


def _made(key: str, call: Callable[[], Message]) -> Message | None:
    """The bell, or None for a row that no message can carry: it must not keep the others from being rung."""
    try:
        return call()
    except ValidationError as error:
        metrics.impossible.inc()
        log.error("bell_impossible", of=key, reason=str(error), hint="somebody wrote this row by hand; correct it")
        return None
