"""What the database says is told again and again, and at once after a bell."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from sqlalchemy import Engine

from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.store.engine import Away, reason

LOOK_EVERY_S = 1.0
log = get(__name__)


class Teller(ABC):
    """Looks at what the database says again and again, and tells it."""

    noun: ClassVar[str]
    not_told: ClassVar[str] = "config_not_told"
    """The event of the log while it cannot tell."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._changed = threading.Event()

    @abstractmethod
    def look(self) -> bool:
        """Publishes if the broker may hold something older than the database; whether it did.

        Raises `BusAway` or what the database raises when it is away; the next look makes up for it.
        """

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell: the loop looks at once."""
        self.wake()

    def wake(self) -> None:
        """The loop looks at once."""
        self._changed.set()

    def keep_told(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every second, and at once after a bell."""
        while not stopping.is_set():
            beat()
            self._changed.clear()
            try:
                self.look()
            except (BusAway, *Away) as error:
                log.warning(self.not_told, noun=self.noun, error=reason(error))
            self._changed.wait(LOOK_EVERY_S)
