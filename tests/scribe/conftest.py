"""A broker, a database and a bus for the scribe's parts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.settings import Settings
from tests.peers import MariaDb, Mosquitto, wait_until

Wire = Callable[[Bus], None]


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    """Settings with the session's servers and a base topic of the test's own."""
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def bus(house: Settings) -> Iterator[Bus]:
    """The scribe's bus, not started: `start_bus` does that when the handlers are in place."""
    made = Bus(house, "scribe", SystemClock())
    yield made
    made.stop()


@pytest.fixture
def start_bus() -> Callable[[Bus], None]:
    """Starts a bus and waits for the broker."""

    def start(bus: Bus) -> None:
        bus.start()
        wait_until(bus.listening, "the broker")

    return start
