"""What services say of themselves over the broker, as last heard."""

import threading
from dataclasses import dataclass
from datetime import datetime

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.messages import ServiceStatus

EXPECTED = {
    "hub": "takes pictures in",
    "ftp": "takes in what cameras send by FTP",
    "detector": "looks at pictures",
    "plates": "reads licence plates",
    "snapshot": "pulls pictures from cameras by their addresses",
    "recorder": "records streams",
    "notifier": "tells people",
    "scribe": "remembers events",
    "keeper": "tidies up",
    "gallery": "shows all this",
    "nodered": "decides what is done with pictures and who is told",
}
PAGES = {
    "ftp": "ftp.page",
    "detector": "detector.page",
    "snapshot": "camera.page",
    "recorder": "recording.page",
}
"""Where more is to be seen of what a service does."""
INTAKES = ("hub", "ftp", "snapshot")
CALLED = {"nodered": "Node-RED"}
"""What people call a service, where it is not its name."""


@dataclass(frozen=True)
class Heard:
    """The last status of one copy of a service; `figures` are its own numbers."""

    service: str
    instance: str
    online: bool
    since: datetime
    version: str
    figures: dict[str, float]


class Board:
    """The newest status of every service, kept from retained messages."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[tuple[str, str], Heard] = {}
        self._lock = threading.Lock()

    def listen(self, bus: Bus) -> None:
        """Subscribes to all statuses."""
        bus.subscribe(ServiceStatus, self.hear)

    def hear(self, status: ServiceStatus) -> None:
        """Takes one in. `since` is when its state last changed, as far as this process knows."""
        key, online = (status.service, status.instance), status.state == "online"
        with self._lock:
            before = self._heard.get(key)
            since = before.since if before and before.online == online else status.at
            self._heard[key] = Heard(*key, online, since, status.version, status.figures)

    def all(self) -> list[Heard]:
        """Every copy of every service that was ever heard, the expected ones first."""
        order = list(EXPECTED)
        with self._lock:
            heard = list(self._heard.values())
        return sorted(
            heard, key=lambda one: (order.index(one.service) if one.service in order else 99, one.service, one.instance)
        )

    def missing(self) -> list[str]:
        """Expected services of which no copy is online."""
        online = {one.service for one in self.all() if one.online}
        return [name for name in EXPECTED if name not in online]

    def figure(self, service: str, name: str) -> float:
        """The sum of one figure over a service's copies; 0 where it is not said."""
        return sum(one.figures.get(name, 0) for one in self.all() if one.service == service)
