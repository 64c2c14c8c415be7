from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.settings import Settings
from services.store import correction, sighting_log
from services.store.correction import By
from services.store.keyset import Place
from services.store.sighting_log import Chosen
from tests.flaskapp.conftest import person
from tests.flaskapp.house import NOON, House


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    made = House(engine, Media(settings.media))
    made.camera()
    made.camera("Street", "street")
    return made


def walk(engine: Engine, chosen: Chosen, size: int) -> list[str]:
    seen: list[str] = []
    place: Place | None = None
    with engine.connect() as connection:
        while True:
            page = sighting_log.older(connection, chosen, place, size)
            seen += [one.id for one in page]
            if len(page) < size:
                return seen
            place = Place(page[-1].arrived_at, page[-1].id)


def test_pages_together_are_every_sighting_once_newest_first(engine: Engine, house: House) -> None:
    # Three arrive at each moment, so that the place between two pages is often inside of one.
    made = [(NOON + timedelta(minutes=n // 3), house.sighting(at=NOON + timedelta(minutes=n // 3))) for n in range(11)]
    assert walk(engine, Chosen(), 4) == [one for _, one in sorted(made, reverse=True)]


def test_they_are_chosen_by_camera_label_and_presence(engine: Engine, house: House) -> None:
    dog = house.sighting("dog", NOON, camera_id="street")
    there = house.sighting("dog", NOON + timedelta(minutes=1), lasted=None)
    person = house.sighting("person", NOON + timedelta(minutes=2))
    assert walk(engine, Chosen(label="dog"), 9) == [there, dog]
    assert walk(engine, Chosen(camera_id="street"), 9) == [dog]
    assert walk(engine, Chosen(there=True), 9) == [there]
    assert walk(engine, Chosen("front-door", "person"), 9) == [person]
    with engine.connect() as connection:
        assert sighting_log.labels(connection) == ["dog", "person"]


def test_what_has_not_arrived_is_not_listed_and_can_be_looked_up(engine: Engine, house: House) -> None:
    doubtful = house.sighting(arrived_at=None, arrival_image_id=None)
    assert walk(engine, Chosen(), 9) == []
    with engine.connect() as connection:
        row = sighting_log.find(connection, doubtful)
        assert row is not None
        assert (row.camera_name, row.arrived_at) == ("Front Door", None)
        assert sighting_log.labels(connection) == []


def test_the_best_picture_comes_with_the_box_of_this_sighting(engine: Engine, house: House) -> None:
    image_id = house.picture(labels=["dog", "person"])
    house.sighting("person", pictures=[image_id])
    gone = house.sighting("dog")
    with engine.connect() as connection:
        found = sighting_log.older(connection, Chosen(), None, 9)
        shots = sighting_log.best_shots(connection, found)
    [shot] = shots.values()
    assert shot.box is not None
    assert (shot.image_id, shot.box.label, shot.arrival) == (image_id, "person", True)
    assert gone not in shots


@pytest.mark.parametrize("count", [3, 5, 40])
def test_the_strip_is_spread_over_the_whole_stay(engine: Engine, house: House, count: int) -> None:
    pictures = [house.picture(at=NOON + timedelta(minutes=n), labels=["car"]) for n in range(count)]
    made = house.sighting("car", pictures=pictures, last_seen_at=NOON + timedelta(minutes=count - 1))
    with engine.connect() as connection:
        row = sighting_log.find(connection, made)
        strip = [shot.image_id for shot in sighting_log.strip(connection, row, 5)]
    assert strip == (pictures if count <= 5 else [pictures[n] for n in (0, 10, 20, 30, 39)])


def test_its_alerts_are_those_of_its_arrival_and_those_that_were_told(engine: Engine, house: House) -> None:
    pictures = [house.picture(at=NOON + timedelta(minutes=n), labels=["car"]) for n in range(4)]
    other = house.picture(labels=["car"])
    made = house.sighting("car", pictures=pictures)
    arrival = house.decision(pictures[0], "not_told", NOON)
    told = house.decision(pictures[1], "told", NOON + timedelta(seconds=1))
    house.decision(pictures[2], "not_told", NOON + timedelta(seconds=2))
    plates = house.decision(pictures[3], "not_told", NOON + timedelta(seconds=3), rule="plates")
    house.decision(other, "told", NOON)
    with engine.connect() as connection:
        assert [one.id for one in sighting_log.alerts(connection, made)] == [arrival, told, plates]


def test_a_picture_knows_the_sightings_that_it_is_a_part_of(engine: Engine, house: House) -> None:
    image_id = house.picture(labels=["dog", "person", "cat"])
    person, dog = house.sighting("person", pictures=[image_id]), house.sighting("dog", pictures=[image_id])
    with engine.connect() as connection:
        assert [one.id for one in sighting_log.of_image(connection, image_id)] == [dog, person]


def test_what_people_said_is_nothing_is_not_listed(engine: Engine, house: House) -> None:
    one, two = house.picture(labels=["person"]), house.picture(labels=["person"])
    wrong = house.sighting("person", NOON, [one, two])
    right = house.sighting("person", NOON, [house.picture(labels=["person"])])
    by = By(person(engine, "Anna", "owner"), NOON)
    with engine.begin() as connection:
        correction.empty(connection, one, by)
    assert set(walk(engine, Chosen(), 9)) == {wrong, right}
    with engine.begin() as connection:
        correction.empty(connection, two, by)
    assert walk(engine, Chosen(), 9) == [right]
