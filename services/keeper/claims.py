"""Takes back what dead or hanging workers hold, when their time is over."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.logging import get
from services.keeper import metrics
from services.store import work
from services.store.work import Held

MOST = 200
log = get(__name__)


class Queue(Protocol):
    """Where pictures are claimed: `store.work`, `store.plate_look`."""

    def expired(self, connection: Connection, now: datetime, limit: int) -> list[Held]:
        """Claims whose time is over."""

    def put_back(self, connection: Connection, held: Held, at: datetime, why: str) -> str | None:
        """The picture waits again, or has failed: the new state."""

    def never_finished(self, attempts: int) -> str:
        """Why it has failed."""


class Claims:
    """Claims on pictures of a queue. `ring_failed` gets the ids of those that have failed for good."""

    def __init__(
        self, engine: Engine, clock: Clock, ring_failed: Callable[[Sequence[str]], None], queue: Queue = work
    ) -> None:
        self._queue = queue
        self._engine = engine
        self._clock = clock
        self._ring_failed = ring_failed

    def take_back(self) -> int:
        """Each expired claim: the picture waits again, or has failed after its third attempt. How many there were."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            over = self._queue.expired(connection, now, MOST)
            states = {
                one.image_id: self._queue.put_back(connection, one, now, self._queue.never_finished(one.attempts))
                for one in over
            }
        for one in over:
            state = states[one.image_id]
            if state:
                metrics.taken_back.labels(state).inc()
                log.warning("claim_expired", image_id=one.image_id, worker=one.claimed_by, state=state)
        self._ring_failed([image_id for image_id, state in states.items() if state == "failed"])
        return len(over)
