"""A worker: one thread takes pictures, the main one looks, one writes down, one watches the look.

Taking and writing go on beside the look, so that the database and the disk cost it no time.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, NoReturn, TypeVar

from services.core.clock import Clock
from services.core.health import Health
from services.core.logging import get
from services.core.media import Media
from services.look.claiming import Claims
from services.look.clerk import Clerk
from services.look.file import MediaAway, Picture, Unfinished, read
from services.look.guard import Guard
from services.look.job import Counts, Job
from services.store.engine import Away, reason

IDLE_S = 2.0
AWAY_S = 1.0
TROUBLE_S = 2.0
CHECK_S = 0.1
LAST_WORDS_S = 2.0
HUNG = 3
log = get(__name__)
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Tools(Generic[Job, Outcome]):
    """What a worker works with. `look` may raise `Unfinished`; `write` puts an outcome down and rings."""

    claims: Claims[Job]
    look: Callable[[Picture[Job]], Outcome]
    write: Callable[[Outcome], object]
    counts: Counts
    media: Media
    clock: Clock
    health: Health


class Worker(Generic[Job, Outcome]):
    """Works until `stopping`. A look longer than `timeout_s` ends the whole process by `leave`."""

    def __init__(
        self,
        tools: Tools[Job, Outcome],
        timeout_s: float,
        stopping: threading.Event,
        leave: Callable[[int], NoReturn] = os._exit,
    ) -> None:
        self._tools = tools
        self._timeout_s = timeout_s
        self._stopping = stopping
        self._leave = leave
        self._clerk = Clerk()
        self._guard: Guard[Job] = Guard(tools.clock, timeout_s, self._hung)
        self._rung = threading.Event()
        self._next: queue.Queue[Picture[Job]] = queue.Queue()
        # One picture at a time is taken ahead: more would be old ones by the time they are looked at.
        self._room = threading.Semaphore(1)
        self._ended = threading.Event()

    def rung(self, image_id: str) -> None:
        """A bell: marks the picture as wanted and wakes the worker."""
        self._tools.claims.mark(image_id)
        self._rung.set()

    def run(self) -> None:
        """Works. What was not begun is given back at the end, what was finished is written."""
        health, slow = self._tools.health, self._timeout_s + 60
        with ThreadPoolExecutor(3, thread_name_prefix="worker") as pool:
            lines: list[Future[None]] = [
                pool.submit(self._take_all, health.loop("take", slow).beat),
                pool.submit(self._clerk.work, health.loop("write", slow).beat),
                pool.submit(self._watch, health.loop("watch", slow).beat),
            ]
            try:
                self._look_all(lines, health.loop("look", slow).beat)
            finally:
                self._stopping.set()
                self._rung.set()
                lines[0].exception()
                self._return_next()
                self._clerk.close()
                self._ended.set()
        _raise_first(lines)

    def take(self) -> Picture[Job] | None:
        """The next picture with the content of its file; None when nothing waits, or nothing could be had."""
        claims = self._tools.claims
        job = claims.take()
        if job is None:
            return None
        try:
            return read(self._tools.media, job)
        except Unfinished as problem:
            claims.put_back(job, str(problem))
            # A disk in trouble fails within a millisecond: three attempts in a row would be one.
            self._stopping.wait(TROUBLE_S)
        except MediaAway as problem:
            log.error("media_away", reason=str(problem))
            claims.return_untouched(job)
            self._stopping.wait(IDLE_S)
        return None

    def look(self, picture: Picture[Job]) -> None:
        """Looks at one picture and leaves the rest to the clerk."""
        tools = self._tools
        try:
            with self._guard.watching(picture.job):
                outcome = tools.look(picture)
        except Unfinished as problem:
            self._clerk.give(partial(tools.claims.put_back, picture.job, str(problem)))
        else:
            self._clerk.give(partial(tools.write, outcome))

    def _take_all(self, beat: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            beat()
            if not self._room.acquire(timeout=1.0):
                continue
            self._rung.clear()
            picture = self._try_to_take()
            if picture:
                self._next.put(picture)
            else:
                self._room.release()
                self._rung.wait(IDLE_S)

    def _try_to_take(self) -> Picture[Job] | None:
        try:
            return self.take()
        except Away as error:
            log.warning("database_away", error=reason(error))
            self._stopping.wait(AWAY_S)
            return None

    def _look_all(self, lines: Sequence[Future[None]], beat: Callable[[], None]) -> None:
        while not self._stopping.is_set() and not any(line.done() for line in lines):
            beat()
            try:
                picture = self._next.get(timeout=1.0)
            except queue.Empty:
                continue
            self._room.release()
            self.look(picture)

    def _watch(self, beat: Callable[[], None]) -> None:
        while not self._ended.wait(CHECK_S):
            beat()
            self._guard.check()

    def _hung(self, job: Job) -> None:
        why = f"looking at it took longer than {self._timeout_s:g} s"
        self._tools.counts.hung.inc()
        log.error("look_hangs", image_id=job.image_id, camera_id=job.camera_id, reason=why, next="the process restarts")
        try:
            self._tools.claims.put_back(job, why)
            self._return_next()
            self._clerk.finished(LAST_WORDS_S)
        except Away as error:
            log.warning("left_undone", image_id=job.image_id, error=reason(error))
        finally:
            self._leave(HUNG)

    def _return_next(self) -> None:
        try:
            untouched = self._next.get_nowait().job
        except queue.Empty:
            return
        self._clerk.give(partial(self._tools.claims.return_untouched, untouched))


def _raise_first(lines: Sequence[Future[None]]) -> None:
    for line in lines:
        line.result()
