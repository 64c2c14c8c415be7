"""Says how far it is, when it takes longer than two seconds."""

from collections.abc import Callable
from time import monotonic

EVERY_S = 2.0


class Progress:
    """A line now and then through `say`."""

    def __init__(self, say: Callable[[str], object] = lambda _: None, now: Callable[[], float] = monotonic) -> None:
        self._say = say
        self._now = now
        self._last = now()

    def at(self, done: int, of: int | None, what: str) -> None:
        """Called as often as one likes; speaks every two seconds at most."""
        if self._now() - self._last < EVERY_S:
            return
        self._last = self._now()
        self._say(f"{done:,} {'of ' + format(of, ',') + ' ' if of is not None else ''}{what} checked …")
