"""How long to wait before trying again."""


class Backoff:
    """Doubles the wait with every failure, from `first` to `longest` seconds."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self.failures = 0

    def fail(self) -> float:
        """Count a failure; the seconds to wait after it."""
        self.failures += 1
        return float(min(self._first * 2 ** min(self.failures - 1, 30), self._longest))

    def succeed(self) -> None:
        """Forget the failures."""
        self.failures = 0
