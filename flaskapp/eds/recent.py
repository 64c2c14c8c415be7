"""What has become ready lately, read once a second however many clients listen."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.core.clock import Clock
from services.store.segment import Kind

LOOK_S = 1.0
OVERLAP = timedelta(seconds=30)
"""A row may be written a while after the moment that it names."""
Told = Mapping[str, str]


@dataclass(frozen=True)
class Ready:
    """One event, and when it became ready (aware UTC)."""

    at: datetime
    told: Told


Read = Callable[[Kind, datetime], Sequence[Ready]]
"""What became ready since a moment, the oldest first."""


class Recent:
    """The events of the last half minute, of clips and of segments."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Kind, tuple[float, Sequence[Ready]]] = {}

    def of(self, kind: Kind, read: Read) -> Sequence[Ready]:
        """The oldest first, at most a second old."""
        with self._lock:
            known = self._known.get(kind)
            if known is None or self._clock.monotonic() - known[0] >= LOOK_S:
                known = (self._clock.monotonic(), read(kind, self._clock.now() - OVERLAP))
                self._known[kind] = known
            return known[1]
