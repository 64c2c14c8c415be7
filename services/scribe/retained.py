"""Retained topics: told at the start, after each change, and whenever the broker has been away."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged, Message
from services.store import config
from services.store.engine import Away, reason

LOOK_EVERY_S = 1.0
told = Counter("scribe_config_told", "times that a retained config was published", ["noun"])
log = get(__name__)


class Retained(ABC):
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


class RetainedConfig(Retained):
    """Publishes what `config/<noun>` carries. What it holds of a row is never an address, token or password."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        super().__init__(engine, bus, clock)
        self._told: tuple[int, int] | None = None

    @abstractmethod
    def message(self, connection: Connection, version: int) -> Message:
        """What is told, from the database as it is now."""

    def look(self) -> bool:
        """By the version of its rows."""
        connection_number = self._bus.connections
        with self._engine.connect() as connection:
            # The version first: a change in between is then told once more, never missed.
            version = config.version(connection, self.noun)
            if self._told == (connection_number, version):
                return False
            message = self.message(connection, version)
        self._bus.publish(message)
        self._told = (connection_number, version)
        told.labels(self.noun).inc()
        log.info("config_told", noun=self.noun, version=version)
        return True
