"""A state that believes only what enough frames in a row say."""

from collections.abc import Mapping


class SteadyState:
    """Unknown at first; becomes `seen` after `needed[seen]` frames in a row of it."""

    def __init__(self, needed: Mapping[str, int]) -> None:
        self._needed = needed
        self._state = "unknown"
        self._seen = "unknown"
        self._in_a_row = 0

    def feed(self, seen: str) -> str | None:
        """Count one frame; the new state if this frame changed it."""
        self._in_a_row = self._in_a_row + 1 if seen == self._seen else 1
        self._seen = seen
        if seen == self._state or self._in_a_row < self._needed[seen]:
            return None
        self._state = seen
        return seen
