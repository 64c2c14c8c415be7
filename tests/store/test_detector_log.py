from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.settings import Settings
from services.store import correction, detector_log
from services.store.correction import By
from services.store.detector_log import Accuracy, Dropped
from tests.flaskapp.conftest import person
from tests.flaskapp.house import NOON, House

SINCE = NOON - timedelta(days=30)


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    made = House(engine, Media(settings.media))
    made.camera()
    made.camera("Street", "street")
    return made


@pytest.fixture
def anna(engine: Engine) -> By:
    return By(person(engine, "Anna", "owner"), NOON)


def test_pictures_that_a_model_looked_at_come_newest_first(engine: Engine, house: House) -> None:
    old = house.picture(at=NOON - timedelta(minutes=5))
    new = house.picture(at=NOON)
    house.picture(at=NOON - timedelta(days=2))
    house.picture(at=NOON, state="kept", detected_at=None, took_ms=None)
    with engine.connect() as connection:
        found = detector_log.looked_at(connection, NOON - timedelta(days=1))
    assert [one.id for one in found] == [new, old]


def test_what_was_dropped_is_counted_by_reason_and_camera(engine: Engine, house: House) -> None:
    for n, (camera_id, because) in enumerate(
        [("street", "masked"), ("street", "masked"), ("front-door", "below score"), ("front-door", None)]
    ):
        image_id = house.picture(camera_id, NOON - timedelta(seconds=n))
        house.detection(image_id, "person", 0, camera_id=camera_id, dropped_because=because)
    old = house.picture("street", NOON - timedelta(days=2))
    house.detection(old, "person", 0, camera_id="street", at=NOON - timedelta(days=2), dropped_because="masked")
    with engine.connect() as connection:
        found = detector_log.dropped(connection, NOON - timedelta(days=1))
    assert found == [Dropped("masked", "street", 2), Dropped("below score", "front-door", 1)]


def test_nothing_is_said_of_labels_that_nobody_put_right(engine: Engine, house: House) -> None:
    house.picture(labels=["person"])
    with engine.connect() as connection:
        assert detector_log.accuracy(connection, SINCE) == []


def test_the_share_that_was_wrong_is_of_those_that_counted_by_label_and_model(
    engine: Engine, house: House, anna: By
) -> None:
    pictures = [house.picture(at=NOON - timedelta(hours=n), labels=["dog", "cat"]) for n in range(5)]
    house.detection(pictures[0], "dog", 7, dropped_because="below score")
    house.picture(at=NOON - timedelta(days=40), labels=["dog"])
    with engine.begin() as connection:
        correction.relabel(connection, pictures[0], 0, "fox", anna)
        correction.remove(connection, pictures[1], 0, anna)
    with engine.connect() as connection:
        assert detector_log.accuracy(connection, SINCE) == [Accuracy("coco-ssd", "dog", 5, 2)]


def test_what_was_put_right_twice_was_wrong_once(engine: Engine, house: House, anna: By) -> None:
    image_id = house.picture(labels=["dog"])
    later = By(anna.user_id, anna.at + timedelta(minutes=1))
    with engine.begin() as connection:
        correction.relabel(connection, image_id, 0, "fox", anna)
        correction.relabel(connection, image_id, 0, "cat", later)
    with engine.connect() as connection:
        assert detector_log.accuracy(connection, SINCE) == [Accuracy("coco-ssd", "dog", 1, 1)]


def test_of_a_frequent_label_the_newest_count(
    engine: Engine, house: House, anna: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_log, "SAMPLE", 3)
    pictures = [house.picture(at=NOON - timedelta(hours=n), labels=["dog"]) for n in range(6)]
    with engine.begin() as connection:
        correction.remove(connection, pictures[0], 0, anna)
        correction.remove(connection, pictures[5], 0, anna)
    with engine.connect() as connection:
        [found] = detector_log.accuracy(connection, SINCE)
    # The three newest that count still, and the one that was wrong among them.
    assert (found.counted, found.wrong) == (4, 1)
