"""Takes back what dead or hanging workers hold, when their time is over."""

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.keeper import metrics
from services.store import work

MOST = 200
log = get(__name__)


class Claims:
    """Claims on pictures. `ring_failed` gets the ids of those that have failed for good."""

    def __init__(self, engine: Engine, clock: Clock, ring_failed: Callable[[Sequence[str]], None]) -> None:
        self._engine = engine
        self._clock = clock
        self._ring_failed = ring_failed

    def take_back(self) -> int:
        """Each expired claim: the picture waits again, or has failed after its third attempt. How many there were."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            over = work.expired(connection, now, MOST)
            states = {
                one.image_id: work.put_back(connection, one, now, work.never_finished(one.attempts)) for one in over
            }
        for one in over:
            state = states[one.image_id]
            if state:
                metrics.taken_back.labels(state).inc()
                log.warning("claim_expired", image_id=one.image_id, worker=one.claimed_by, state=state)
        self._ring_failed([image_id for image_id, state in states.items() if state == "failed"])
        return len(over)
