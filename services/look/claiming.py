"""Takes pictures out of their queue and gives them back: the newest of each camera in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import Message
from services.look.job import Counts, Job, Queue
from services.store.work import Held

BATCH = 100
log = get(__name__)


@dataclass(frozen=True)
class Kind(Generic[Job]):
    """One kind of look: its queue, its counts, and the bells that tell how pictures ended, by their ids."""

    queue: Queue[Job]
    counts: Counts
    bells: Callable[[Connection, Sequence[str]], Sequence[Message]]


class Claims(Generic[Job]):
    """A queue as one worker sees it. `instance` names the worker, and stays over its restarts.

    A claim outlives the picture in hand and the one after it: `look_s` is the longest that a look may take.
    """

    def __init__(self, kind: Kind[Job], engine: Engine, bus: Bus, clock: Clock, instance: str, look_s: float) -> None:
        self._kind = kind
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._instance = instance[:50]
        self._life = timedelta(seconds=2 * look_s + 10)
        self._last_camera = ""
        # The end changes with every start, so that what a dead process held is told from what this one holds.
        self.worker = f"{self._instance}.{new_id()[-12:]}"

    def mark(self, image_id: str) -> None:
        """A bell for a look: notes in a row that the picture is wanted."""
        with self._engine.begin() as connection:
            changed = self._kind.queue.want(connection, image_id, self._clock.now())
        self._kind.counts.rung.labels("marked" if changed else "known").inc()

    def take(self) -> Job | None:
        """The next picture, now ours; None when nothing waits."""
        with self._engine.begin() as connection:
            job = self._kind.queue.claim(connection, self._last_camera, self.worker, self._clock.now() + self._life)
        if job:
            self._last_camera = job.camera_id
        return job

    def return_untouched(self, job: Job) -> None:
        """Gives back a picture that was not begun."""
        with self._engine.begin() as connection:
            self._kind.queue.return_untouched(connection, self._held(job))
        self._kind.counts.taken_back.labels("not begun").inc()

    def put_back(self, job: Job, why: str) -> None:
        """Gives back a picture that could not be finished; after its third attempt it has failed for good."""
        with self._engine.begin() as connection:
            bells = self._put_back(connection, self._held(job), why)
        self._ring(bells)

    def resume(self) -> None:
        """At the start: gives back what an earlier process of this worker held when it died."""
        with self._engine.begin() as connection:
            left = self._kind.queue.held_by(connection, f"{self._instance}.", BATCH)
            # The last of several was only taken ahead: whatever the process died over, it was not that one.
            ahead = left[1:][-1:]
            bells = [
                bell
                for one in left
                if one not in ahead
                for bell in self._put_back(connection, one, self._kind.queue.never_finished(one.attempts))
            ]
            for one in ahead:
                self._kind.queue.return_untouched(connection, one)
        self._ring(bells)

    def _put_back(self, connection: Connection, held: Held, why: str) -> Sequence[Message]:
        state = self._kind.queue.put_back(connection, held, self._clock.now(), why)
        log.warning("picture_put_back", image_id=held.image_id, attempts=held.attempts, state=state, reason=why)
        self._kind.counts.taken_back.labels("unfinished").inc()
        if state != "failed":
            return []
        self._kind.counts.images.labels("failed").inc()
        return self._kind.bells(connection, [held.image_id])

    def _ring(self, bells: Sequence[Message]) -> None:
        if bells:
            self._bus.ring(*bells)

    def _held(self, job: Job) -> Held:
        return Held(job.image_id, job.camera_id, self.worker, job.attempts)
