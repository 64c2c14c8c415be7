from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.media import Media
from services.keeper.disk import Room
from services.keeper.recordings import Keeping, Recordings
from services.keeper.sweeper import Sweeper
from services.store import clip, garbage, recording, segment
from services.store.clip import Footage, Wish
from tests.pictures import NOON, HeldClock
from tests.store.recordings import a_segment, recorded_camera

pytestmark = pytest.mark.mariadb
DAY = timedelta(days=1)
KEEPING = Keeping(segments=14 * DAY, clips=90 * DAY, room_percent=10)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    made = Media(tmp_path)
    made.prepare()
    return made


def recordings(
    engine: Engine, clock: HeldClock, media: Media, free: int = 50, keeping: Keeping = KEEPING
) -> Recordings:
    """On a disk of 10 000 bytes; each segment has 1000."""
    return Recordings(engine, clock, media, keeping, lambda _: Room(10_000, free * 100))


def left(engine: Engine, camera_id: str) -> int:
    with engine.connect() as connection:
        return len(segment.between(connection, camera_id, NOON - 400 * DAY, NOON))


def test_what_is_too_old_goes_and_its_file_is_left_to_the_sweeper(
    engine: Engine, clock: HeldClock, media: Media
) -> None:
    yard = recorded_camera(engine)
    old = a_segment(engine, yard, NOON - 15 * DAY)
    a_segment(engine, yard, NOON - 13 * DAY)
    with engine.begin() as connection:
        at = NOON - 91 * DAY
        made = clip.want(connection, Wish(yard, "motion", at, at + timedelta(seconds=15), at), at)
        assert made
        clip.settle(connection, NOON)
        clip.claim(connection, made, "w", NOON)
        clip.ready(connection, made, "w", Footage("recordings/2026-01-30/c.mp4", at, at, 10), at)
    assert recordings(engine, clock, media).tidy() == 2
    with engine.connect() as connection:
        assert garbage.some(connection, "", 10) == ["recordings/2026-01-30/c.mp4", old.path]
    assert left(engine, yard) == 1


def test_for_ever_is_for_ever(engine: Engine, clock: HeldClock, media: Media) -> None:
    yard = recorded_camera(engine)
    a_segment(engine, yard, NOON - 399 * DAY)
    assert recordings(engine, clock, media, keeping=Keeping(None, None, 0), free=0).tidy() == 0
    assert left(engine, yard) == 1


def test_where_the_disk_is_low_the_oldest_go_until_there_would_be_room(
    engine: Engine, clock: HeldClock, media: Media
) -> None:
    yard = recorded_camera(engine)
    for hours in range(1, 6):
        a_segment(engine, yard, NOON - timedelta(hours=hours))
    a_segment(engine, yard, NOON - timedelta(minutes=6), 300)
    keeper = recordings(engine, clock, media, free=-6)
    sweeper = Sweeper(engine, media, clock)
    assert keeper.tidy() == 2
    assert left(engine, yard) == 4
    assert keeper.tidy() == 0, "not again within a minute"
    clock.pass_by(61)
    assert keeper.tidy() == 0, "not before the sweeper has been round"
    assert sweeper.sweep() == 2
    clock.pass_by(61)
    assert keeper.tidy() == 2
    sweeper.sweep()
    clock.pass_by(61)
    assert keeper.tidy() == 1
    assert left(engine, yard) == 1, "the youngest stays"


def test_files_that_cannot_be_unlinked_do_not_cost_the_recordings_after_them(
    engine: Engine, clock: HeldClock, media: Media
) -> None:
    yard = recorded_camera(engine)
    for hours in range(1, 6):
        one = a_segment(engine, yard, NOON - timedelta(hours=hours))
        media.path(one.path).mkdir(parents=True)
    keeper, sweeper = recordings(engine, clock, media, free=0), Sweeper(engine, media, clock)
    assert keeper.tidy() == 1
    for _ in range(5):
        assert sweeper.sweep() == 0
        clock.pass_by(61)
        assert keeper.tidy() == 0
    assert left(engine, yard) == 4


def test_a_disk_that_is_not_mounted_makes_nothing_go(engine: Engine, clock: HeldClock, tmp_path: Path) -> None:
    yard = recorded_camera(engine)
    a_segment(engine, yard, NOON - timedelta(hours=1))
    assert recordings(engine, clock, Media(tmp_path / "empty"), free=0).tidy() == 0
    assert left(engine, yard) == 1


def test_what_somebody_keeps_stays(engine: Engine, clock: HeldClock, media: Media) -> None:
    yard = recorded_camera(engine)
    one = a_segment(engine, yard, NOON - 15 * DAY)
    with engine.begin() as connection:
        recording.keep(connection, one, True)
    assert recordings(engine, clock, media, free=0).tidy() == 0
    assert left(engine, yard) == 1
