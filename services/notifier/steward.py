"""What the notifier looks after every second beside sending: claims of the dead, slow channels, what has waited."""

import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.notifier.fall_back import hasten
from services.notifier.sender import take_all_back
from services.notifier.summaries import Summaries
from services.store import decision, delivery
from services.store.engine import Away, reason

EVERY_S = 1.0
log = get(__name__)


class Steward:
    """`wake` is called when deliveries may have come to be due; `release` decides on what waited for an entry delay."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        summaries: Summaries,
        wake: Callable[[], None],
        ring: Callable[[Message], None],
        release: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._summaries = summaries
        self._wake = wake
        self._ring = ring
        self._release = release
        self._counts: dict[str, float] = {}

    def counts(self) -> Mapping[str, float]:
        """Alerts under way and deliveries due when it last looked; asks the database nothing."""
        return self._counts

    def go(self) -> None:
        """One round. Raises `Away`'s errors."""
        now = self._clock.now()
        with self._engine.connect() as connection:
            expired = delivery.lost(connection, now)
        take_all_back(self._engine, self._clock, expired, self._ring)
        hasten(self._engine, now)
        self._release()
        self._summaries.make_due(self._ring)
        with self._engine.connect() as connection:
            due = delivery.due(connection, self._clock.now())
            self._counts = {"telling": decision.telling(connection), "deliveries_due": due}
        if due:
            self._wake()

    def keep_going(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Rounds until `stopping`."""
        while not stopping.is_set():
            beat()
            try:
                self.go()
            except Away as error:
                log.warning("steward_waits_for_database", error=reason(error))
            stopping.wait(EVERY_S)
