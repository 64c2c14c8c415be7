"""A stack's ground for the keeper: database, media folder, broker, and a clock that the test holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.pictures import Album, HeldClock


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    """Settings with the session's servers and a base topic of the test's own."""
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def media(house: Settings) -> Media:
    """An empty media folder."""
    made = Media(house.media)
    made.prepare()
    return made


@pytest.fixture
def clock() -> HeldClock:
    """Noon, and it stays noon."""
    return HeldClock()


@pytest.fixture
def album(engine: Engine, media: Media) -> Album:
    """Pictures of an hour ago."""
    return Album(engine, media)


@pytest.fixture
def bus(house: Settings) -> Iterator[Bus]:
    """The keeper's bus, connected."""
    made = Bus(house, "keeper", SystemClock())
    made.start()
    wait_until(made.listening, "the broker")
    yield made
    made.stop()
