"""Which services are there, by what they say of themselves on the broker."""

import threading

from services.core.clock import Clock
from services.core.messages import ServiceStatus

LATE_S = 60.0
ONCE = frozenset({"nodered"})
"""What says `online` once a connection. Everything else repeats it every ten seconds."""


class RollCall:
    """The last word of each instance of each service that was ever heard."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[tuple[str, str], tuple[bool, float]] = {}
        self._lock = threading.Lock()

    def hear(self, status: ServiceStatus) -> None:
        """The handler. A retained word counts from when it is heard: clocks may differ."""
        with self._lock:
            self._heard[status.service, status.instance] = (status.state == "online", self._clock.monotonic())

    def begin_anew(self) -> None:
        """The broker was away: nobody could say anything, and nobody is late for that."""
        with self._lock:
            now = self._clock.monotonic()
            self._heard = {key: (online, now) for key, (online, _) in self._heard.items()}

    def missing(self) -> list[str]:
        """The services of which no instance works, by name. One that was never heard is not missed."""
        with self._lock:
            heard = dict(self._heard)
        there = {service for (service, _), word in heard.items() if self._is_there(service, *word)}
        return sorted({service for service, _ in heard} - there)

    def _is_there(self, service: str, online: bool, at: float) -> bool:
        return online and (service in ONCE or self._clock.monotonic() - at <= LATE_S)
