from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media
from services.store import image, question
from services.store.question import Read, Vehicle
from tests.asked import looked_at, plate_was_read, plates_wanted, seen
from tests.pictures import Album

pytestmark = pytest.mark.mariadb
BOX = (0.25, 0.5, 0.75, 1.0)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


def test_every_label_that_counts_is_counted_and_none_of_another_picture(engine: Engine, album: Album) -> None:
    image_id = looked_at(album, "car", "umbrella", "car", "person")
    seen(album, image_id, "dog", dropped_because="masked")
    looked_at(album, "cat")
    with engine.connect() as connection:
        found = question.counts(connection, image_id)
        assert list(found.items()) == [("car", 2), ("person", 1), ("umbrella", 1)]
        assert question.counts(connection, new_id()) == {}


def test_the_vehicles_of_a_picture_are_those_that_bear_plates(engine: Engine, album: Album) -> None:
    image_id = looked_at(album, "person", "bus", "bicycle", bus=BOX)
    seen(album, image_id, "car", dropped_because="too small")
    with engine.connect() as connection:
        (found,) = question.vehicles(connection, image_id)
    assert found == Vehicle("bus", found.score, BOX)
    assert found.score == pytest.approx(0.8)


def test_a_picture_whose_plates_nobody_asked_for_has_no_look(engine: Engine, album: Album) -> None:
    with engine.connect() as connection:
        assert question.plates(connection, looked_at(album, "car")) is None


def test_the_look_for_plates_comes_with_what_was_read_surest_first(engine: Engine, album: Album) -> None:
    image_id = looked_at(album, "car")
    plates_wanted(album, image_id, "read", read_at=album.at, took_ms=12.5)
    guess = [{"text": "8AB123", "score": 0.25}]
    plate_was_read(album, image_id, "BAB123", BOX, region="de", candidates=guess)
    plate_was_read(album, image_id, "KA77", BOX, score=0.25)
    with engine.connect() as connection:
        look = question.plates(connection, image_id)
    assert look is not None
    assert (look.state, look.took_ms, look.error) == ("read", 12.5, None)
    assert look.reads == [Read("BAB123", 0.5, BOX, "de", [("8AB123", 0.25)]), Read("KA77", 0.25, BOX, None, [])]


def test_an_image_is_found_by_its_whole_path_only(engine: Engine, album: Album) -> None:
    row = album.get(album.add())
    with engine.connect() as connection:
        assert image.find_path(connection, row.path) == row
        assert image.find_path(connection, row.path.upper()) is None
        assert image.find_path(connection, row.path[:-4] + "%") is None
