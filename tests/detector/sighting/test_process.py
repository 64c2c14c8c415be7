"""Sightings by real detector processes on a real database: what they hold must not be in their memory."""

import math
import signal
from contextlib import ExitStack
from pathlib import Path

import cv2
import pytest
from sqlalchemy import Engine, select

from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.media import Media
from services.core.messages import ImageDetected, SightingArrived, SightingDeparted, WorkDetect
from services.core.settings import Settings
from services.detector.plugin import Pixels
from services.store.tables import sighting
from tests.detector.sighting.memory import CAR, lit, put, street
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto
from tests.pictures import Album
from tests.processes import process

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
PROGRAM = "tests.detector.sighting.keen_process"
CLOCK = SystemClock()
STREET = street()
PARKED = put(STREET, CAR)
PICTURES = 200
KILLED_BEFORE = (50, 90, 150)


@pytest.fixture
def house(migrated: MariaDb, mosquitto: Mosquitto, tmp_path: Path) -> Settings:
    return migrated.settings(data_dir=tmp_path, mqtt_port=mosquitto.port, mqtt_base_topic=f"t{new_id()[-12:]}")


@pytest.fixture
def album(engine: Engine, house: Settings) -> Album:
    Media(house.media).prepare()
    return Album(engine, Media(house.media))


def jpeg(view: Pixels, number: int) -> bytes:
    seen = lit(view, 0.7 + 0.4 * math.sin(number / 9), noise=3, seed=number)
    return bytes(cv2.imencode(".jpg", seen)[1])


def show(ear: Ear, album: Album, view: Pixels, number: int) -> None:
    """One picture, a second younger than the one before it; waits for its outcome."""
    image_id = album.pending(data=jpeg(view, number))
    heard = len(ear.heard(ImageDetected))
    ear.say(WorkDetect.make(CLOCK, "nodered", image_id=image_id, camera_id="front-door", reasons=["its plan"]))
    ear.wait(ImageDetected, heard + 1, seconds=60)


def test_a_still_thing_in_changing_light_arrives_and_departs_once_though_its_detector_is_killed(
    house: Settings, album: Album, engine: Engine
) -> None:
    with Ear(house, [ImageDetected, SightingArrived, SightingDeparted]) as ear, ExitStack() as running:
        detector = running.enter_context(process(house, PROGRAM))
        for number in range(PICTURES):
            if number in KILLED_BEFORE:
                detector.send_signal(signal.SIGKILL)
                detector.wait(20)
                detector = running.enter_context(process(house, PROGRAM))
            show(ear, album, PARKED, number)
        for number in range(PICTURES, PICTURES + 15):
            show(ear, album, STREET, number)
        (arrived,), (departed,) = ear.heard(SightingArrived), ear.heard(SightingDeparted)
    with engine.connect() as connection:
        (row,) = connection.execute(select(sighting)).all()
    assert arrived.sighting_id == departed.sighting_id == row.id
    assert departed.departed_at == row.last_seen_at
    # The detector finds it in good light only; in between it is there by its looks.
    assert 60 < row.images < 190
