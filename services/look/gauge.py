"""How much waits, as it goes with a service's status: read now and then, told from memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.store.engine import Away

EVERY_S = 10.0
Count = Callable[[Connection, datetime], int]


class Depth:
    """How many pictures wait, as `count` finds them; refreshed by `keep_fresh`."""

    def __init__(self, engine: Engine, clock: Clock, count: Count, gauge: Gauge) -> None:
        self._engine = engine
        self._clock = clock
        self._count = count
        self._gauge = gauge
        self._pending = 0

    def figures(self) -> Mapping[str, float]:
        """What the status message carries; asks nobody."""
        return {"pending": self._pending}

    def refresh(self) -> None:
        """Asks the database; with it away the last answer stands."""
        try:
            with self._engine.connect() as connection:
                self._pending = self._count(connection, self._clock.now())
        except Away:
            return
        self._gauge.set(self._pending)

    def keep_fresh(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Refreshes until `stopping`."""
        while not stopping.is_set():
            beat()
            self.refresh()
            stopping.wait(EVERY_S)
