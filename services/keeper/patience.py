"""How often a bell may be rung for the same thing. Pure but for its memory; nothing of it outlives the process."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.core.clock import Clock

FORGET_S = 120.0
Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Entry:
    rung: int
    next_at: float
    seen_at: float


class Patience(Generic[Key]):
    """A thing is due at once, then after `first_s`, then twice as long each time, at most `most_s` (seconds)."""

    def __init__(self, clock: Clock, first_s: float = 5.0, most_s: float = 60.0) -> None:
        self._clock = clock
        self._first_s = first_s
        self._most_s = most_s
        self._entries: dict[Key, _Entry] = {}

    def due(self, keys: Sequence[Key]) -> list[Key]:
        """Those whose time has come, in their order. What has not been asked about for two minutes is forgotten."""
        now = self._clock.monotonic()
        for key in keys:
            if key in self._entries:
                self._entries[key].seen_at = now
        self._entries = {key: entry for key, entry in self._entries.items() if now - entry.seen_at <= FORGET_S}
        return [key for key in keys if key not in self._entries or self._entries[key].next_at <= now]

    def rung(self, keys: Iterable[Key]) -> None:
        """Notes that the bell was rung for these."""
        now = self._clock.monotonic()
        for key in keys:
            times = self._entries[key].rung if key in self._entries else 0
            wait = min(self._first_s * 2.0 ** min(times, 30), self._most_s)
            self._entries[key] = _Entry(times + 1, now + wait, now)
