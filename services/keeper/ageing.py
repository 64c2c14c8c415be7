"""Deletes what is older than the settings say, some rows at a time: nothing else waits for it."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.keeper import metrics
from services.store import retention
from services.store.engine import Misfit, reason

log = get(__name__)


class Ageing:
    """Each kind has an age of its own; one that is not named is kept for ever."""

    def __init__(self, engine: Engine, clock: Clock, ages: Mapping[str, timedelta], at_once: int) -> None:
        self._engine = engine
        self._clock = clock
        self._ages = ages
        self._at_once = at_once

    def forget(self, stopping: threading.Event, beat: Callable[[], None]) -> dict[str, int]:
        """Deletes all that is old enough; how many rows of each kind. Ends between two steps when it is to stop.

        A kind that the database refuses to delete does not keep the others. Raises what it raises when it is away.
        """
        gone = dict.fromkeys(self._ages, 0)
        for kind in self._ages:
            try:
                while not stopping.is_set() and (some := self._step(kind)):
                    gone[kind] += some
                    beat()
            except Misfit as error:
                log.error("not_forgotten", kind=kind, error=reason(error))
        return gone

    def _step(self, kind: str) -> int:
        with self._engine.begin() as connection:
            some = retention.delete_some(connection, kind, self._ages[kind], self._clock.now(), self._at_once)
        metrics.forgotten.labels(kind).inc(some)
        return some
