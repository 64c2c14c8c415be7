import pytest
from sqlalchemy import Engine

from services.keeper.figures import Figures
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb


def test_it_says_how_many_wait_and_for_how_long(engine: Engine, album: Album, clock: HeldClock) -> None:
    album.add()
    oldest = album.at
    album.add()
    album.pending()
    figures = Figures(engine, clock)
    assert dict(figures.told()) == {}
    figures.refresh()
    told = figures.told()
    assert (told["images_new"], told["images_pending"], told["images_unjudged"]) == (2, 1, 0)
    assert told["images_new_oldest_s"] == (NOON - oldest).total_seconds()
    assert told["images_unjudged_oldest_s"] == 0


def test_it_asks_the_database_every_ten_seconds_only(engine: Engine, album: Album, clock: HeldClock) -> None:
    figures = Figures(engine, clock)
    figures.refresh()
    album.add()
    clock.pass_by(9)
    figures.refresh()
    assert figures.told()["images_new"] == 0
    clock.pass_by(1)
    figures.refresh()
    assert figures.told()["images_new"] == 1
