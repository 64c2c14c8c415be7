"""Who may send, how fast, and how much a day: the rules before a message is read."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from services.core.clock import Clock
from services.core.media import clean_name

CONNECTIONS_REMEMBERED = 4096
STAMP_LENGTH = len("2026-11-20T08.08.49.711037.jpg")


class AllowList:
    """Networks that may send; an empty list means everybody."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)
        self._allowed = lru_cache(maxsize=1024)(self._is_allowed)

    def allows(self, address: str) -> bool:
        """Whether a peer's address (as ZeroMQ gives it) may send."""
        return not self._networks or self._allowed(address)

    def _is_allowed(self, address: str) -> bool:
        try:
            peer = ip_address(address.removeprefix("::ffff:"))
        except ValueError:
            return False
        return any(peer in network for network in self._networks)


class RateLimit:
    """A bucket per connection: `rate` messages a second, with one second's worth of burst."""

    def __init__(self, clock: Clock, rate: float) -> None:
        self._clock = clock
        self._rate = rate
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def allows(self, connection: bytes) -> bool:
        """Counts a message of a connection; False when it sends too fast."""
        now = self._clock.monotonic()
        left, before = self._buckets.pop(connection, (self._rate, now))
        left = min(self._rate, left + (now - before) * self._rate)
        self._buckets[connection] = (max(0.0, left - 1), now)
        if len(self._buckets) > CONNECTIONS_REMEMBERED:
            self._buckets.popitem(last=False)
        return left >= 1


class DailyCap:
    """Pictures per camera and local day. Counts what is on disk, so a restart forgets nothing."""

    def __init__(self, images: Path, cap: int) -> None:
        self._images = images
        self._cap = cap
        self._day = ""
        self._counts: Counter[str] = Counter()
        self._refused: set[str] = set()

    def allows(self, source: str, day: str) -> bool:
        """Counts a picture of a camera on a day `YYYY-MM-DD`; False when it has had its share."""
        if not self._cap:
            return True
        if day != self._day:
            self._day, self._counts, self._refused = day, self._on_disk(day), set()
        name = clean_name(source)
        if self._counts[name] >= self._cap:
            return False
        self._counts[name] += 1
        return True

    def is_first_refusal(self, source: str) -> bool:
        """True once for each camera and day: that is when an event is raised."""
        name = clean_name(source)
        if name in self._refused:
            return False
        self._refused.add(name)
        return True

    def _on_disk(self, day: str) -> Counter[str]:
        folder = self._images / day
        if not folder.is_dir():
            return Counter()
        return Counter(path.name[: -STAMP_LENGTH - 1] for path in folder.iterdir() if path.suffix == ".jpg")
