"""Notices a look that does not come back. Native code cannot be interrupted: whoever is told ends the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic

from services.core.clock import Clock
from services.look.job import Job


@dataclass(frozen=True)
class _Watched(Generic[Job]):
    job: Job
    begun: float


class Guard(Generic[Job]):
    """Holds the picture that is being looked at and since when; calls `on_hang` once when that is too long."""

    def __init__(self, clock: Clock, limit_s: float, on_hang: Callable[[Job], None]) -> None:
        self._clock = clock
        self._limit_s = limit_s
        self._on_hang = on_hang
        self._lock = threading.Lock()
        self._watched: _Watched[Job] | None = None

    @contextmanager
    def watching(self, job: Job) -> Iterator[None]:
        """For the time of one look."""
        with self._lock:
            self._watched = _Watched(job, self._clock.monotonic())
        try:
            yield
        finally:
            with self._lock:
                self._watched = None

    def check(self) -> bool:
        """Called again and again from another thread. True when a look was found hanging."""
        with self._lock:
            watched = self._watched
            if watched is None or self._clock.monotonic() - watched.begun <= self._limit_s:
                return False
            self._watched = None
        self._on_hang(watched.job)
        return True
