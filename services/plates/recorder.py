"""Writes outcomes down and rings. The rows come first: a bell that is lost is rung again by keeper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import Message
from services.plates import metrics, words
from services.store import event, plate_read
from services.store.event import Event
from services.store.plate import NAMED
from services.store.plate_read import Judge, Outcome, Settled

SRC = "plates"
EVENT, UNKNOWN_EVENT = "plate", "plate_unknown"
"""People may be told of plates that somebody has named; rules are asked about each."""
log = get(__name__)


class Recorder:
    """Writes in the name of one worker, and settles plates by a judge."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, worker: str, judge: Judge) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._worker = worker
        self._judge = judge

    def write(self, outcome: Outcome) -> bool:
        """One transaction, then the bells. False when the picture was not ours any more: nothing is written."""
        with self._engine.begin() as connection:
            bells = self._write(connection, outcome, self._clock.now())
        if bells is None:
            metrics.claims_lost.inc()
            log.warning("claim_lost", image_id=outcome.image_id, hint="another worker took it over; its outcome counts")
            return False
        metrics.images.labels("failed" if outcome.error else "read").inc()
        if outcome.error:
            log.warning("plates_failed", image_id=outcome.image_id, camera_id=outcome.camera_id, reason=outcome.error)
        metrics.fell_back.inc(outcome.fell_back_because is not None)
        self._bus.ring(*bells)
        return True

    def _write(self, connection: Connection, outcome: Outcome, at: datetime) -> list[Message] | None:
        settled = plate_read.record(connection, outcome, self._worker, at, self._judge)
        if settled is None:
            return None
        for one in settled:
            metrics.settled.labels(one.plate.standing).inc()
        events = [_event(outcome, one, at) for one in settled]
        event.add(connection, events)
        told = plate_read.told(connection, [outcome.image_id])
        return [*(one.message(self._clock, SRC) for one in told), *(one.bell(self._clock, SRC) for one in events)]


def _event(outcome: Outcome, settled: Settled, at: datetime) -> Event:
    return Event(
        id=new_id(),
        kind=EVENT if settled.plate.standing in NAMED else UNKNOWN_EVENT,
        camera_id=outcome.camera_id,
        node_id=None,
        detail=words.known(settled.plate),
        happened_at=outcome.captured_at,
        received_at=outcome.received_at,
        stored_at=at,
        undecided_since=at,
        sighting_id=settled.sighting_id,
        plate_id=settled.plate.id,
        standing=settled.plate.standing,
    )
