from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from services.core.media import Media
from services.keeper.sweeper import Sweeper
from services.store import garbage
from services.store.tables import garbage as garbage_table
from services.store.tables import image as image_table
from tests.pictures import NOON, Album, HeldClock

pytestmark = pytest.mark.mariadb


@pytest.fixture
def sweeper(engine: Engine, media: Media, clock: HeldClock) -> Sweeper:
    return Sweeper(engine, media, clock)


def let_go(engine: Engine, path: str) -> None:
    with engine.begin() as connection:
        garbage.add(connection, path, "a test", NOON)


def left(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(garbage_table.c.path)))


def without_row(engine: Engine, album: Album) -> str:
    image_id = album.add()
    path = album.get(image_id).path
    with engine.begin() as connection:
        connection.execute(delete(image_table).where(image_table.c.id == image_id))
        garbage.add(connection, path, "a test", NOON)
    return path


def test_a_file_that_was_let_go_is_deleted_and_then_its_garbage_row(
    engine: Engine, sweeper: Sweeper, album: Album, media: Media
) -> None:
    path = without_row(engine, album)
    assert sweeper.sweep() == 1
    assert not media.path(path).exists()
    assert left(engine) == []


def test_a_file_that_has_gone_already_only_leaves_the_table(engine: Engine, sweeper: Sweeper) -> None:
    let_go(engine, "images/2026-05-01/gone.jpg")
    assert sweeper.sweep() == 1
    assert left(engine) == []


def test_a_file_that_an_image_still_has_is_never_deleted(
    engine: Engine, sweeper: Sweeper, album: Album, media: Media
) -> None:
    path = album.get(album.add()).path
    let_go(engine, path)
    assert sweeper.sweep() == 0
    assert media.path(path).exists()
    assert left(engine) == [path]


def test_nothing_outside_of_the_media_folder_is_deleted_not_even_through_a_link(
    engine: Engine, sweeper: Sweeper, media: Media, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.jpg").write_bytes(b"mine")
    (media.root / "images" / "link").symlink_to(outside)
    let_go(engine, "images/link/mine.jpg")
    assert sweeper.sweep() == 0
    assert (outside / "mine.jpg").exists()
    assert left(engine) == ["images/link/mine.jpg"]


def test_one_that_cannot_be_deleted_holds_up_no_other(
    engine: Engine, sweeper: Sweeper, album: Album, media: Media
) -> None:
    media.path("images/a-folder").mkdir()
    let_go(engine, "images/a-folder")
    path = without_row(engine, album)
    assert sweeper.sweep() == 1
    assert not media.path(path).exists()
    assert left(engine) == ["images/a-folder"]


def test_with_the_disk_away_nothing_is_forgotten(engine: Engine, sweeper: Sweeper, album: Album, media: Media) -> None:
    path = without_row(engine, album)
    (media.root / "images").rename(media.root / "unmounted")
    assert sweeper.sweep() == 0
    assert left(engine) == [path]
    (media.root / "unmounted").rename(media.root / "images")
    assert sweeper.sweep() == 1
