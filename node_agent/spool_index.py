"""Which messages are kept, in which order they go out, and how much room they take. Knows no disk."""

import bisect


class SpoolIndex:
    """Names in sending order, with their sizes in bytes; some may be set aside until a time (monotonic seconds)."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._sizes: dict[str, int] = {}
        self._aside_until: dict[str, float] = {}
        self.total_bytes = 0

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, size: int) -> None:
        """Put a new name in its place."""
        bisect.insort(self._names, name)
        self._sizes[name] = size
        self.total_bytes += size

    def discard(self, name: str) -> None:
        """Take a name out; nothing happens if it is not there."""
        if name not in self._sizes:
            return
        del self._names[bisect.bisect_left(self._names, name)]
        self.total_bytes -= self._sizes.pop(name)
        self._aside_until.pop(name, None)

    def first(self, now: float) -> str | None:
        """The first name that is not set aside."""
        return next((name for name in self._names if self._aside_until.get(name, now) <= now), None)

    def set_aside(self, name: str, until: float) -> None:
        """Let the others go first."""
        if name in self._sizes:
            self._aside_until[name] = until

    def set_none_aside(self) -> None:
        """Back to the plain order."""
        self._aside_until.clear()

    def beyond(self, max_bytes: int) -> list[str]:
        """The oldest names that must go so that the rest fits."""
        excess = self.total_bytes - max_bytes
        gone: list[str] = []
        for name in self._names:
            if excess <= 0:
                break
            gone.append(name)
            excess -= self._sizes[name]
        return gone
