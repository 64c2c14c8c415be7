"""Addresses from which too many wrong passwords came."""

from collections import OrderedDict
from dataclasses import dataclass

from services.core.clock import Clock
from services.core.logging import get

REMEMBERED = 10_000
log = get(__name__)


@dataclass
class _Tries:
    count: int = 0
    until: float = 0.0


class Lockout:
    """After so many wrong passwords an address is locked out for a while; a right one is forgiven those before."""

    def __init__(self, clock: Clock, tries: int, for_s: float) -> None:
        self._clock = clock
        self._most = tries
        self._for_s = for_s
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def is_locked(self, address: str) -> bool:
        """Whether nobody may sign in from there now."""
        found = self._tries.get(address)
        return found is not None and found.until > self._clock.monotonic()

    def count(self) -> int:
        """How many addresses are locked out."""
        now = self._clock.monotonic()
        return sum(one.until > now for one in self._tries.values())

    def wrong(self, address: str) -> None:
        """Counts a wrong password."""
        found = self._tries.pop(address, _Tries())
        found.count += 1
        if found.count >= self._most:
            found.count, found.until = 0, self._clock.monotonic() + self._for_s
            log.warning("address_locked_out", address=address, tries=self._most, minutes=self._for_s / 60)
        self._tries[address] = found
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def right(self, address: str) -> None:
        """Forgives what was typed wrong before."""
        self._tries.pop(address, None)
