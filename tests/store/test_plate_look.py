from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from services.core.ids import new_id
from services.core.media import Media
from services.store import plate_look
from services.store.plate_tables import plate_look as looks
from services.store.work import Held
from tests.pictures import NOON, Album

pytestmark = pytest.mark.mariadb
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    return Album(engine, Media(tmp_path))


def wanted(album: Album, source: str = "Front Door") -> str:
    image_id = album.add(source)
    with album.engine.begin() as connection:
        assert plate_look.want(connection, image_id, NOON)
    return image_id


def test_a_picture_is_wanted_once_and_an_unknown_one_never(engine: Engine, album: Album) -> None:
    image_id = wanted(album)
    with engine.begin() as connection:
        assert not plate_look.want(connection, image_id, LATER)
        assert not plate_look.want(connection, new_id(), LATER)
        row = plate_look.find(connection, image_id)
    assert row
    assert (row.state, row.wanted_at, row.camera_id) == ("pending", NOON, "front-door")


def test_nothing_waits_in_an_empty_queue(engine: Engine) -> None:
    with engine.begin() as connection:
        assert plate_look.claim(connection, "", "w", LATER) is None
        assert plate_look.pending(connection, NOON) == 0


def test_each_picture_is_claimed_by_one_worker(engine: Engine, album: Album) -> None:
    image_id = wanted(album)
    with engine.begin() as connection:
        job = plate_look.claim(connection, "", "one", LATER)
        assert job
        assert (job.image_id, job.attempts, job.vehicles) == (image_id, 1, ())
        assert plate_look.claim(connection, "", "two", LATER) is None


def test_what_was_not_begun_costs_no_attempt(engine: Engine, album: Album) -> None:
    image_id = wanted(album)
    with engine.begin() as connection:
        plate_look.claim(connection, "", "one", LATER)
        assert not plate_look.return_untouched(connection, Held(image_id, "front-door", "two", 1))
        assert plate_look.return_untouched(connection, Held(image_id, "front-door", "one", 1))
        row = connection.execute(select(looks)).one()
    assert (row.state, row.attempts, row.claimed_by) == ("pending", 0, None)


def test_after_the_third_attempt_it_has_failed_with_the_reason(engine: Engine, album: Album) -> None:
    wanted(album)
    states = []
    with engine.begin() as connection:
        for _ in range(3):
            plate_look.claim(connection, "", "one.1", LATER)
            (held,) = plate_look.held_by(connection, "one.", 10)
            states.append(plate_look.put_back(connection, held, NOON, "the reader died"))
        row = connection.execute(select(looks)).one()
        assert plate_look.put_back(connection, held, NOON, "again") is None
    assert states == ["pending", "pending", "failed"]
    assert (row.error, row.read_at, row.claimed_by) == ("the reader died", NOON, None)


def test_only_claims_whose_time_is_over_have_expired(engine: Engine, album: Album) -> None:
    image_id = wanted(album)
    with engine.begin() as connection:
        plate_look.claim(connection, "", "one", LATER)
        assert plate_look.expired(connection, NOON, 10) == []
        assert plate_look.expired(connection, LATER, 10) == [Held(image_id, "front-door", "one", 1)]


def test_of_what_waits_each_cameras_oldest_is_told(engine: Engine, album: Album) -> None:
    ids = {source: [wanted(album, source) for _ in range(2)] for source in ("a", "b")}
    with engine.connect() as connection:
        assert plate_look.waiting(connection, NOON, 10) == []
        found = plate_look.waiting(connection, LATER, 10)
    assert {one.camera_id: one.image_id for one in found} == {"a": ids["a"][0], "b": ids["b"][0]}
