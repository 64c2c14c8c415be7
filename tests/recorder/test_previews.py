"""With real films and a real MariaDB."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.recording_files import companions
from services.recorder.previews import Previews
from services.recorder.probe import look
from services.store import garbage, segment
from services.store.segment import Segment
from tests.pictures import NOON, Album, HeldClock
from tests.recorder.films import film
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb


class House:
    """Makes previews of the segments of one camera."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.media = Media(folder)
        self.media.prepare()
        self.camera = recorded_camera(engine)
        self.clock = HeldClock()
        self.previews = Previews(engine, self.media, self.clock, share=0.9, what="all")

    def make_one(self) -> bool:
        return self.previews.make_one(threading.Event())

    def state(self, one: Segment) -> str:
        with self.engine.connect() as connection:
            found = segment.find(connection, one.id)
        assert found
        return found.preview


@pytest.fixture
def house(engine: Engine, media_folder: Path) -> House:
    return House(engine, media_folder)


@pytest.mark.parametrize("seconds", [3, 0.5])
def test_a_small_picture_and_a_small_film_are_made_beside_it(house: House, seconds: float) -> None:
    one = a_segment(house.engine, house.camera, NOON, seconds)
    film(house.media.path(one.path), seconds, "1280x720")
    assert house.make_one()
    assert house.state(one) == "made"
    picture, small = (house.media.path(path) for path in companions(one.path))
    assert picture.read_bytes()[:3] == b"\xff\xd8\xff"
    made = look(small)
    assert made
    assert (made.width, made.height, made.video, made.audio) == (640, 360, "h264", None)
    assert made.seconds == pytest.approx(seconds, abs=0.2)
    assert not house.make_one(), "nothing is left to do"


def test_what_cannot_be_played_has_none_and_is_not_tried_again(house: House) -> None:
    one = a_segment(house.engine, house.camera, NOON)
    house.media.path(one.path).parent.mkdir(parents=True)
    house.media.path(one.path).write_bytes(b"no film")
    assert house.make_one()
    assert house.state(one) == "failed"
    assert not house.make_one()


def test_what_was_let_go_meanwhile_leaves_nothing_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one = a_segment(house.engine, house.camera, NOON, 2)
    film(house.media.path(one.path), 2)

    def gone(*_: object) -> bool:
        return False

    monkeypatch.setattr(segment, "set_preview", gone)
    house.make_one()
    with house.engine.connect() as connection:
        assert garbage.some(connection, "", 10) == sorted(companions(one.path))


def test_while_pictures_wait_for_a_detector_nothing_is_made(house: House) -> None:
    one = a_segment(house.engine, house.camera, NOON, 2)
    film(house.media.path(one.path), 2)
    album = Album(house.engine, house.media)
    image_id = album.pending("Porch")
    stopping = threading.Event()
    rounds: list[str] = []

    def beat() -> None:
        rounds.append(house.state(one))
        if len(rounds) == 1:
            album.set(image_id, state="kept")
            house.clock.pass_by(3)
        elif house.state(one) == "made" or len(rounds) > 100:
            stopping.set()

    house.previews.work(stopping, beat)
    assert rounds[0] == "waiting"
    assert house.state(one) == "made"
