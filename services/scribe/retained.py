"""Retained config: told at the start, after each change, and whenever the broker has been away."""

from abc import abstractmethod

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import Message
from services.scribe.teller import Teller
from services.store import config

told = Counter("scribe_config_told", "times that a retained config was published", ["noun"])
log = get(__name__)


class RetainedConfig(Teller):
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
