"""One reader first, and another in its place while the first cannot read: the reading says so, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.core.clock import Clock
from services.core.logging import get
from services.core.polygon import Box
from services.plates.plate import Pixels, PlateReader, ReaderError, Reading

WHY_MAX = 300
log = get(__name__)


class FallBack:
    """Asks `first`. After trouble it is left alone for as long as the trouble says: no picture waits in vain."""

    def __init__(self, first: PlateReader, second: PlateReader, clock: Clock) -> None:
        self._first = first
        self._second = second
        self._clock = clock
        self._rests_until = float("-inf")
        self._why = ""

    @property
    def name(self) -> str:
        """The name of the first."""
        return self._first.name

    @property
    def remote(self) -> bool:
        """Whether pictures leave this machine, as long as the first can read."""
        return self._first.remote

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        """Return the plates of each vehicle; see `PlateReader`."""
        if self._clock.monotonic() < self._rests_until:
            return self._by_the_second(picture, vehicles)
        try:
            return self._first.read(picture, vehicles)
        except ReaderError as problem:
            self._note(problem)
            return self._by_the_second(picture, vehicles)

    def close(self) -> None:
        """Closes both."""
        self._first.close()
        self._second.close()

    def _by_the_second(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        return replace(self._second.read(picture, vehicles), fell_back_because=self._why)

    def _note(self, problem: ReaderError) -> None:
        self._why = str(problem)[:WHY_MAX]
        self._rests_until = self._clock.monotonic() + problem.rest_s
        log.warning("reader_fell_back", reader=self._first.name, reason=self._why, rest_s=problem.rest_s)
