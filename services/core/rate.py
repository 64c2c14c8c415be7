"""How fast somebody may send."""

from collections import OrderedDict

from services.core.clock import Clock

SENDERS_REMEMBERED = 4096


class RateLimit:
    """A bucket per sender: `rate` messages a second, and `burst` at once (default: one second's worth)."""

    def __init__(self, clock: Clock, rate: float, burst: float | None = None) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = rate if burst is None else burst
        self._buckets: OrderedDict[bytes | str, tuple[float, float]] = OrderedDict()

    def allows(self, sender: bytes | str) -> bool:
        """Counts a message of a sender; False when it sends too fast."""
        now = self._clock.monotonic()
        left, before = self._buckets.pop(sender, (self._burst, now))
        left = min(self._burst, left + (now - before) * self._rate)
        self._buckets[sender] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > SENDERS_REMEMBERED:
            self._buckets.popitem(last=False)
        return left >= 1
