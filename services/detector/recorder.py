"""Writes outcomes down and rings. The row comes first: a bell that is lost is rung again by keeper."""

from __future__ import annotations

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.detector import metrics
from services.store import detection
from services.store.detection import Outcome

log = get(__name__)


class Recorder:
    """Writes in the name of one worker."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, worker: str) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._worker = worker

    def write(self, outcome: Outcome) -> bool:
        """One transaction, then the bell. False when the picture was not ours any more: nothing is written."""
        with self._engine.begin() as connection:
            recorded = detection.record(connection, outcome, self._worker, self._clock.now())
        if recorded is None:
            metrics.claims_lost.inc()
            log.warning("claim_lost", image_id=outcome.image_id, hint="another worker took it over; its outcome counts")
            return False
        metrics.images.labels("failed" if outcome.error else "detected").inc()
        if outcome.error:
            log.warning("picture_failed", image_id=outcome.image_id, camera_id=outcome.camera_id, reason=outcome.error)
        metrics.arrived.inc(len(recorded.arrived))
        metrics.departed.inc(len(recorded.departed))
        self._bus.ring(*recorded.messages(self._clock, "detector"))
        return True
