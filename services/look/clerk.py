"""Does the paperwork beside the look: each task until MariaDB has taken it, one after another, in order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from services.core.logging import get
from services.store.engine import Away, reason

RETRY_S = 0.5
ROOM = 16
log = get(__name__)
Task = Callable[[], object]


class Clerk:
    """A short queue of tasks and the loop that does them. With MariaDB away the queue fills and the looking waits."""

    def __init__(self) -> None:
        self._tasks: queue.Queue[Task] = queue.Queue(ROOM)
        self._closing = threading.Event()
        self._ended = threading.Event()

    def give(self, task: Task) -> None:
        """Adds a task; waits while the queue is full. When the loop has ended, the task is left undone."""
        while not self._ended.is_set():
            try:
                self._tasks.put(task, timeout=1.0)
            except queue.Full:
                continue
            return

    def finished(self, seconds: float) -> bool:
        """Waits so long for all that was given before to be done; whether it is."""
        done = threading.Event()
        try:
            self._tasks.put(done.set, timeout=seconds)
        except queue.Full:
            return False
        return done.wait(seconds)

    def close(self) -> None:
        """The loop ends when the queue is empty; with MariaDB away at once."""
        self._closing.set()

    def work(self, beat: Callable[[], None]) -> None:
        """The loop."""
        try:
            while not (self._closing.is_set() and self._tasks.empty()):
                beat()
                self._do_next(beat)
        finally:
            self._ended.set()

    def _do_next(self, beat: Callable[[], None]) -> None:
        try:
            task = self._tasks.get(timeout=0.2)
        except queue.Empty:
            return
        self._until_done(task, beat)

    def _until_done(self, task: Task, beat: Callable[[], None]) -> None:
        while True:
            try:
                task()
            except Away as error:
                # What is left undone here is begun again from its row, when the claim has expired.
                if self._closing.is_set():
                    log.warning("left_undone", error=reason(error))
                    return
                log.warning("database_away", error=reason(error))
                beat()
                self._closing.wait(RETRY_S)
            else:
                return
