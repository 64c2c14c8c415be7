"""Who may send: the rule before anything is read."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address


class AllowList:
    """Networks that may send; an empty list means everybody."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._networks = tuple(networks)
        self._allowed = lru_cache(maxsize=1024)(self._is_allowed)

    def allows(self, address: Callable[[], str]) -> bool:
        """Whether a peer's address (asked for only where it matters) may send."""
        return not self._networks or self._allowed(address())

    def _is_allowed(self, address: str) -> bool:
        try:
            peer = ip_address(address.removeprefix("::ffff:"))
        except ValueError:
            return False
        return any(peer in network for network in self._networks)
