"""The figures that go with the detector's status: read now and then, told from memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from services.core.clock import Clock
from services.detector import metrics
from services.store import backlog
from services.store.engine import Away

EVERY_S = 10.0


class Depth:
    """How many pictures wait for a detector, refreshed by `keep_fresh`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._pending = 0

    def figures(self) -> Mapping[str, float]:
        """What the status message carries; asks nobody."""
        return {"pending": self._pending}

    def refresh(self) -> None:
        """Asks the database; with it away the last answer stands."""
        try:
            with self._engine.connect() as connection:
                self._pending = backlog.for_detector(connection, self._clock.now()).count
        except Away:
            return
        metrics.pending.set(self._pending)

    def keep_fresh(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Refreshes until `stopping`."""
        while not stopping.is_set():
            beat()
            self.refresh()
            stopping.wait(EVERY_S)
