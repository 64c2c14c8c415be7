"""With real films and a real MariaDB."""

import re
import subprocess
import threading
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media
from services.core.recording_files import companions, thumbnail_path
from services.recorder import command
from services.recorder.previews import Previews
from services.recorder.probe import look
from services.store import clip, garbage, segment
from services.store.clip import Clip
from services.store.segment import Segment
from tests.pictures import NOON, Album, HeldClock
from tests.recorder.films import film
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb


_CLIP: dict[str, Any] = dict.fromkeys(one.name for one in fields(Clip)) | {
    "because": "sent",
    "detail": "",
    "from_at": NOON,
    "to_at": NOON + timedelta(seconds=8),
    "began_at": NOON,
    "ended_at": NOON + timedelta(seconds=8),
    "path": "recordings/2026-11-20/clip.mp4",
    "state": "ready",
    "attempts": 0,
    "bytes": 9,
    "kept": False,
    "preview": "waiting",
    "ready_at": NOON,
    "created_at": NOON,
}


class House:
    """Makes previews of the segments of one camera."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.media = Media(folder)
        self.media.prepare()
        self.camera = recorded_camera(engine)
        self.clock = HeldClock()
        self.previews = Previews(engine, self.media, self.clock, share=0.9, what="all", before=timedelta(seconds=5))

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


def pictured(house: House, made: Clip, at_s: float, seconds: float = 8) -> tuple[bytes, bytes]:
    """A clip's small picture, and the one of that second. The film counts its seconds, so that frames differ."""
    path = house.media.path(str(made.path))
    film(path, seconds)
    with house.engine.begin() as connection:
        clip.add_sent(connection, made)
    assert house.make_one()
    return house.media.path(thumbnail_path(str(made.path))).read_bytes(), second(path, at_s)


def second(path: Path, at_s: float) -> bytes:
    """A film's picture at that second."""
    wanted = path.parent / "wanted.jpg"
    subprocess.run(command.picture(path, wanted, at_s), check=True)
    return wanted.read_bytes()


def test_a_segments_picture_is_from_its_beginning(house: House) -> None:
    one = a_segment(house.engine, house.camera, NOON, 8)
    path = house.media.path(one.path)
    film(path, 8)
    assert house.make_one()
    assert house.media.path(thumbnail_path(one.path)).read_bytes() == second(path, 1) != second(path, 4)


@pytest.mark.parametrize(
    ("because", "begins", "at_s"), [("sent", 0, 4), ("motion", 0, 6), ("rule", -1, 7), ("sighting", 3, 3)]
)
def test_a_clips_picture_is_from_where_something_happens(
    house: House, because: str, begins: float, at_s: float
) -> None:
    """The film begins at a key frame before what is wanted, or late."""
    began_at = NOON + timedelta(seconds=begins)
    when = {"because": because, "began_at": began_at, "ended_at": began_at + timedelta(seconds=8)}
    found, wanted = pictured(house, Clip(**_CLIP | {"id": new_id(), "camera_id": house.camera} | when), at_s)
    assert found == wanted


def test_a_clip_that_ends_before_it_has_one_of_its_middle(house: House) -> None:
    short = {"because": "motion", "ended_at": NOON + timedelta(seconds=4)}
    made = Clip(**_CLIP | {"id": new_id(), "camera_id": house.camera} | short)
    found, wanted = pictured(house, made, 2, seconds=4)
    assert found == wanted


def test_of_a_film_that_is_mostly_damaged_what_can_be_shown_is(house: House) -> None:
    one = a_segment(house.engine, house.camera, NOON, 10)
    path = house.media.path(one.path)
    film(path, 10, sound=False)
    data = bytearray(path.read_bytes())
    for found in [*re.finditer(b"mdat", data)][1:]:
        size = int.from_bytes(data[found.start() - 4 : found.start()]) - 8
        data[found.end() : found.end() + size] = b"\xaa" * size
    path.write_bytes(data)
    assert house.make_one()
    assert house.state(one) == "made"


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
