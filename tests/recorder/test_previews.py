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


def test_a_clips_picture_is_from_its_middle_where_something_happens(house: House) -> None:
    """The film counts its seconds, so that frames differ."""
    of_segment = a_segment(house.engine, house.camera, NOON, 8)
    sent = Clip(**_CLIP | {"id": new_id(), "camera_id": house.camera, "path": "recordings/2026-11-20/clip.mp4"})
    for path in (of_segment.path, str(sent.path)):
        film(house.media.path(path), 8)
    with house.engine.begin() as connection:
        clip.add_sent(connection, sent)
    assert house.make_one()
    assert house.make_one()
    pictures = [house.media.path(thumbnail_path(str(path))).read_bytes() for path in (of_segment.path, sent.path)]
    middle = house.media.root / "middle.jpg"
    subprocess.run(command.picture(house.media.path(str(sent.path)), middle, 4), check=True)
    assert pictures[1] == middle.read_bytes()
    assert pictures[0] != pictures[1]


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
