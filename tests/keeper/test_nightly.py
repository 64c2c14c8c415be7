import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media, thumb_path
from services.core.messages import ChoreNightly
from services.keeper.ageing import Ageing
from services.keeper.nightly import Nightly
from services.store import service
from tests.peers import wait_until
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb


@pytest.fixture
def nightly(engine: Engine, media: Media, clock: HeldClock) -> Nightly:
    return Nightly(engine, media, clock, Ageing(engine, clock, {"audit": timedelta(days=1)}, at_once=2))


def part(media: Media, age: timedelta) -> Path:
    path = media.path(f"images/2026-05-01/.{age.days}-{age.seconds}.part")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"half")
    moment = (NOON - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_only_temporary_files_older_than_a_day_are_deleted(nightly: Nightly, media: Media) -> None:
    old, young = part(media, timedelta(days=1, hours=1)), part(media, timedelta(hours=23))
    nightly.tidy(threading.Event())
    assert not old.exists()
    assert young.exists()


def test_only_thumbnails_without_image_are_deleted(nightly: Nightly, media: Media, album: Album) -> None:
    good, stale = thumb_path(album.add(), "2026-05-01"), thumb_path(new_id(), "2026-05-01")
    foreign = "thumbs/2026-05-01/holiday.jpg"
    for path in (good, stale, foreign):
        media.write_atomic(path, b"thumb")
    nightly.tidy(threading.Event())
    assert [media.path(path).exists() for path in (good, stale, foreign)] == [True, False, True]


def test_figures_of_long_ago_are_forgotten(nightly: Nightly, engine: Engine) -> None:
    with engine.begin() as connection:
        service.note_figures(connection, "hub", "1", NOON - timedelta(days=91), {"spool_bytes": 1})
        service.note_figures(connection, "hub", "1", NOON - timedelta(days=89), {"spool_bytes": 1})
    nightly.tidy(threading.Event())
    with engine.begin() as connection:
        assert service.forget_old_figures(connection, NOON) == 0
        assert service.forget_old_figures(connection, NOON + timedelta(days=2)) == 1


def test_the_bell_starts_it(nightly: Nightly, media: Media, clock: HeldClock) -> None:
    old = part(media, timedelta(days=2))
    stopping = threading.Event()
    loop = threading.Thread(target=nightly.keep_tidy, args=(stopping, lambda: None))
    loop.start()
    try:
        nightly.ask(ChoreNightly.make(clock, "nodered"))
        wait_until(lambda: not old.exists(), "the chore")
    finally:
        stopping.set()
        nightly.ask(ChoreNightly.make(clock, "nodered"))
        loop.join(20)
