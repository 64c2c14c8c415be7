"""With real films and a real MariaDB."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.core.recording_messages import ClipReady
from services.recorder.cutting import NO_FOOTAGE, Cutter
from services.recorder.probe import Film, look
from services.recorder.recording import Growing
from services.store import clip
from services.store.clip import Clip, Wish
from tests.pictures import NOON, HeldClock
from tests.recorder.films import film
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


class House:
    """A camera with films; `growing` is the one that is written now."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.media = Media(folder)
        self.clock = HeldClock(at(60))
        self.camera = recorded_camera(engine)
        self.rung: list[ClipReady] = []
        self.growing: Growing | None = None
        self.cutter = Cutter(engine, self.media, self.rung.append, self.clock, "w", lambda _: self.growing)

    def segment(self, began: float, seconds: float = 10, size: str = "320x180", **values: Any) -> Path:
        width, height = map(int, size.split("x"))
        facts = {"audio": "aac", "width": width, "height": height} | values
        row = a_segment(self.engine, self.camera, at(began), seconds, **facts)
        film(self.media.path(row.path), seconds, size, sound=facts["audio"] is not None)
        return self.media.path(row.path)

    def want(self, begin: float, end: float) -> Callable[[], Clip]:
        with self.engine.begin() as connection:
            wish = Wish(self.camera, "asked", at(begin), at(end), at(begin))
            clip_id = clip.want(connection, wish, self.clock.now())
        assert clip_id

        def found() -> Clip:
            with self.engine.connect() as connection:
                one = clip.find(connection, clip_id)
            assert one
            return one

        return found

    def film(self, one: Clip) -> Film:
        assert one.path
        made = look(self.media.path(one.path))
        assert made
        assert made.bytes == one.bytes
        return made


@pytest.fixture
def house(engine: Engine, media_folder: Path) -> House:
    return House(engine, media_folder)


def test_a_clip_begins_at_the_key_frame_before_what_is_wanted(house: House) -> None:
    house.segment(0)
    made = house.want(3.5, 7)
    assert house.cutter.go() == 1
    one = made()
    assert one.state == "ready"
    assert one.began_at and one.ended_at
    assert abs(one.began_at - at(3)) < timedelta(seconds=0.2)
    assert one.ended_at == at(7)
    assert house.film(one).seconds == pytest.approx(4, abs=0.2)
    assert house.film(one).audio == "aac"
    (bell,) = house.rung
    assert (bell.clip_id, bell.outcome, bell.began_at) == (one.id, "ready", one.began_at)


def test_segments_are_joined_also_the_one_that_grows(house: House) -> None:
    for began in (0, 10):
        house.segment(began)
    house.growing = Growing(house.media.root / "recordings" / ".work" / "now.mp4", at(20))
    film(house.growing.path, 6)
    made = house.want(8.5, 23)
    house.cutter.go()
    one = made()
    assert house.film(one).seconds == pytest.approx(15, abs=0.3)
    assert one.ended_at == at(23)


def test_it_waits_until_what_is_wanted_is_on_disk(house: House) -> None:
    house.growing = Growing(house.media.root / "recordings" / ".work" / "now.mp4", at(50))
    film(house.growing.path, 12)
    made = house.want(52, 60)
    assert house.cutter.go() == 0
    assert made().state == "waiting"
    house.clock.pass_by(4)
    assert house.cutter.go() == 1
    assert made().state == "ready"


def test_a_stretch_that_nobody_recorded_fails_and_says_so(house: House) -> None:
    made = house.want(30, 50)
    assert house.cutter.go() == 0, "its segments may be on their way"
    house.clock.pass_by(20)
    house.cutter.go()
    one = made()
    assert (one.state, one.error) == ("failed", NO_FOOTAGE)
    assert (house.rung[0].outcome, house.rung[0].error) == ("failed", NO_FOOTAGE)


def test_what_there_is_of_it_is_shown_where_the_stream_was_away(house: House) -> None:
    house.segment(0)
    made = house.want(5.5, 25)
    house.cutter.go()
    one = made()
    assert (one.state, one.ended_at) == ("ready", at(10))
    assert house.film(one).seconds == pytest.approx(5, abs=0.3)


def test_of_a_stream_that_changed_its_resolution_the_longer_part_is_shown(house: House) -> None:
    house.segment(0)
    house.segment(10, size="640x360")
    made = house.want(8, 16.5)
    house.cutter.go()
    shown = house.film(made())
    assert shown.width == 640
    assert shown.seconds == pytest.approx(6.5, abs=0.3)


def test_where_the_clock_was_put_back_a_clip_shows_one_of_the_two_times_and_not_both(house: House) -> None:
    for began in (0, 10, 5, 15):
        house.segment(began)
    made = house.want(7.5, 18)
    house.cutter.go()
    one = made()
    assert one.began_at and one.ended_at
    assert house.film(one).seconds == pytest.approx(11, abs=0.3)
    assert (one.ended_at - one.began_at).total_seconds() == pytest.approx(11, abs=0.3)


def test_a_file_that_is_damaged_fails_with_the_reason(house: House) -> None:
    house.segment(0).write_bytes(b"no film")
    made = house.want(3, 6)
    house.cutter.go()
    one = made()
    assert one.state == "failed"
    assert one.error
    assert "could not be cut" in one.error


def test_one_that_was_claimed_by_a_recorder_that_died_is_cut_by_the_next(house: House) -> None:
    house.segment(0)
    made = house.want(3, 6)
    with house.engine.begin() as connection:
        clip.settle(connection, house.clock.now())
        assert clip.claim(connection, made().id, "dead", at(61))
    assert house.cutter.go() == 0
    house.clock.pass_by(2)
    assert house.cutter.go() == 1
    assert (made().state, made().attempts) == ("ready", 2)
