"""Addresses from which too many wrong passwords came."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from services.core.clock import Clock
from services.core.logging import get

REMEMBERED = 10_000
NAME_LENGTH = 64
log = get(__name__)


@dataclass
class _Tries:
    names: list[str] = field(default_factory=list)
    until: float = 0.0


class Lockout:
    """After so many wrong passwords an address is locked out for a while.

    A right one forgives those before of the same user, and of no other: else whoever has one user could guess at all.
    """

    def __init__(self, clock: Clock, tries: int, for_s: float) -> None:
        self._clock = clock
        self._most = tries
        self._for_s = for_s
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def is_locked(self, address: str) -> bool:
        """Whether nobody may sign in from there now."""
        found = self._tries.get(house_of(address))
        return found is not None and found.until > self._clock.monotonic()

    def count(self) -> int:
        """How many addresses are locked out."""
        now = self._clock.monotonic()
        return sum(one.until > now for one in self._tries.values())

    def wrong(self, address: str, name: str) -> None:
        """Counts a wrong password of a user, or of a name that nobody has."""
        house = house_of(address)
        found = self._tries.pop(house, _Tries())
        found.names.append(name[:NAME_LENGTH])
        if len(found.names) >= self._most:
            found.names, found.until = [], self._clock.monotonic() + self._for_s
            log.warning("address_locked_out", address=house, tries=self._most, minutes=self._for_s / 60)
        self._tries[house] = found
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def right(self, address: str, name: str) -> None:
        """Forgives what was typed wrong before for the same user."""
        found = self._tries.get(house_of(address))
        if found is not None:
            found.names = [one for one in found.names if one != name[:NAME_LENGTH]]


@lru_cache(maxsize=1024)
def house_of(address: str) -> str:
    """Whose an address is: of IPv6 the network of 64 bits, for a house has all of its addresses to choose from."""
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found.packed, 64), strict=False))


def of_one_house(address: str, others: Sequence[str]) -> int:
    """How many of these are of the same house as an address."""
    house = house_of(address)
    return sum(house_of(one) == house for one in others)
