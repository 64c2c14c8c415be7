"""Takes what waits and pulls: of each camera one at a time and not too often, of several cameras side by side."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.reach_states import OK
from services.core.snapshot_messages import WorkSnapshot
from services.snapshot import metrics
from services.snapshot.pulling import Pulled
from services.store import pull
from services.store.access import Access
from services.store.engine import Away, reason
from services.store.pull import Job, Pull

IDLE_S = 2.0
AWAY_S = 1.0
CLAIM = timedelta(seconds=25)
"""Longer than all tries of a pull."""
log = get(__name__)


class Finish(Protocol):
    """Makes durable how a job ended."""

    def __call__(self, job: Job, pulled: Pulled) -> None:
        """Returns when it is durable. Raises `OSError` where it cannot be."""
        ...


class Dispatch:
    """The queue of pulls as one process sees it; `interval_s` is a camera's rest between two."""

    def __init__(
        self, engine: Engine, clock: Clock, pull_one: Callable[[Access], Pulled], finish: Finish, interval_s: float
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._pull_one = pull_one
        self._finish = finish
        self._interval_s = interval_s
        self._rung = threading.Event()
        self._resting: dict[str, float] = {}

    def rung(self, message: WorkSnapshot) -> None:
        """The handler of `work/snapshot`: notes in a row what is wanted, and wakes the loop."""
        made = Pull(message.pull_id, message.camera_id, message.asked_by, message.at, message.expires_at)
        with self._engine.begin() as connection:
            is_new = pull.want(connection, made)
        metrics.wanted.labels("noted" if is_new else "known").inc()
        self._rung.set()

    def work(self, stopping: threading.Event, beat: Callable[[], None], threads: int) -> None:
        """Pulls until `stopping`; what is under way is finished then."""
        room = threading.Semaphore(threads)
        while not stopping.is_set():
            beat()
            if not room.acquire(timeout=1.0):
                continue
            self._rung.clear()
            job = self._take(stopping)
            if job is None:
                room.release()
                self._rung.wait(self._idle_s())
            else:
                # No pool of threads: it would keep an error to itself, and one has to end the process.
                threading.Thread(target=self._do_in_room, args=(job, room), name="pull", daemon=True).start()
        for _ in range(threads):
            room.acquire()

    def _do_in_room(self, job: Job, room: threading.Semaphore) -> None:
        try:
            self.do(job)
        finally:
            room.release()
            self._rung.set()

    def take(self) -> Job | None:
        """The next camera's pulls, now ours; None when nothing waits that may be done now."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            return pull.claim(connection, self._at_rest(), now, now + CLAIM)

    def do(self, job: Job) -> None:
        """Pulls, and hands in what came of it. What cannot be made durable waits again."""
        with metrics.seconds.time():
            pulled = self._pulled(job)
        self._resting[job.camera_id] = self._clock.monotonic() + self._interval_s
        metrics.pulls.labels(pulled.state).inc()
        level = log.info if pulled.state == OK else log.warning
        level("pulled", camera_id=job.camera_id, state=pulled.state, reason=pulled.detail, pulls=len(job.pull_ids))
        try:
            self._finish(job, pulled)
        except OSError as error:
            log.error("pull_not_kept", camera_id=job.camera_id, error=str(error), consequence="it is pulled again")
            self._return(job)

    def _pulled(self, job: Job) -> Pulled:
        if job.access is None or job.access.snapshot_url is None:
            return Pulled(pull.UNKNOWN, "Nobody has said at which address this camera has pictures.")
        return self._pull_one(job.access)

    def _take(self, stopping: threading.Event) -> Job | None:
        try:
            return self.take()
        except Away as error:
            log.warning("database_away", error=reason(error))
            stopping.wait(AWAY_S)
            return None

    def _return(self, job: Job) -> None:
        try:
            with self._engine.begin() as connection:
                pull.return_untouched(connection, job.pull_ids)
        except Away as error:
            log.warning("left_undone", camera_id=job.camera_id, error=reason(error), next="its claim runs out")

    def _at_rest(self) -> list[str]:
        now = self._clock.monotonic()
        # A copy: other threads add to it meanwhile.
        resting = dict(self._resting)
        for camera_id in [one for one, until in resting.items() if until <= now]:
            self._resting.pop(camera_id, None)
        return [one for one, until in resting.items() if until > now]

    def _idle_s(self) -> float:
        """Until the first camera has rested, or for a while."""
        now = self._clock.monotonic()
        return min([IDLE_S, *(max(until - now, 0.01) for until in list(self._resting.values()))])
