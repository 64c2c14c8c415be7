from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from services.core.media import Media
from services.store import config, zone
from services.store.tables import detection_zone, image
from services.store.zone import Zone
from tests.pictures import NOON, Album

pytestmark = pytest.mark.mariadb
CORNERS = ((0.0, 0.0), (0.5, 0.125), (0.25, 0.75))
STREET = Zone("0197", "mask", "Street", CORNERS, ("car", "bus"))
PATH = Zone("0198", "zone", "Path", CORNERS)


@pytest.fixture
def album(engine: Engine, tmp_path: Path) -> Album:
    made = Album(engine, Media(tmp_path))
    made.add()
    return made


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def draw(engine: Engine, *zones: Zone) -> None:
    with engine.begin() as connection:
        for one in zones:
            zone.add(connection, "front-door", one, NOON)


def of_camera(engine: Engine) -> list[Zone]:
    found: list[Zone] = do(engine, lambda connection: zone.of_camera(connection, "front-door"))
    return found


def version(engine: Engine) -> int:
    return int(do(engine, lambda connection: config.version(connection, "cameras")))


def seen_in(engine: Engine, one: Zone, image_id: str) -> None:
    row = {"zone_id": one.id, "image_id": image_id, "captured_at": NOON, "ordinal": 0}
    do(engine, lambda connection: connection.execute(insert(detection_zone).values(**row)))


def pictures(engine: Engine, limit: int) -> dict[str, int]:
    with engine.begin() as connection:
        return zone.pictures_up_to(connection, [PATH.id, STREET.id], limit)


def test_what_was_drawn_is_read_back_by_name(engine: Engine, album: Album) -> None:
    draw(engine, STREET, PATH)
    assert of_camera(engine) == [PATH, STREET]
    assert do(engine, lambda connection: zone.of_camera(connection, "another")) == []


def test_flows_are_told_of_each_change(engine: Engine, album: Album) -> None:
    before = version(engine)
    draw(engine, PATH)
    do(engine, lambda connection: zone.change(connection, replace(PATH, name="Way")))
    assert [one.name for one in of_camera(engine)] == ["Way"]
    do(engine, lambda connection: zone.remove(connection, PATH.id))
    assert of_camera(engine) == []
    assert version(engine) == before + 3


def test_a_mask_may_become_a_zone(engine: Engine, album: Album) -> None:
    draw(engine, STREET)
    changed = replace(STREET, kind="zone", labels=None)
    do(engine, lambda connection: zone.change(connection, changed))
    assert of_camera(engine) == [changed]


def test_two_of_a_camera_cannot_have_one_name(engine: Engine, album: Album) -> None:
    draw(engine, PATH)
    with pytest.raises(IntegrityError):
        draw(engine, replace(STREET, name="path"))


def test_one_is_found_only_by_its_own_camera(engine: Engine, album: Album) -> None:
    draw(engine, PATH)
    assert do(engine, lambda connection: zone.find(connection, "front-door", PATH.id)) == PATH
    assert do(engine, lambda connection: zone.find(connection, "another", PATH.id)) is None


def test_pictures_are_counted_up_to_a_limit_and_stay_when_their_zone_goes(engine: Engine, album: Album) -> None:
    draw(engine, PATH, STREET)
    for _ in range(3):
        seen_in(engine, PATH, album.add())
    assert pictures(engine, 1000) == {PATH.id: 3, STREET.id: 0}
    assert pictures(engine, 2) == {PATH.id: 2, STREET.id: 0}
    do(engine, lambda connection: zone.remove(connection, PATH.id))
    assert do(engine, lambda connection: list(connection.execute(select(detection_zone)))) == []
    assert len(do(engine, lambda connection: list(connection.execute(select(image.c.id))))) == 4


def test_zones_are_still_there_or_not(engine: Engine, album: Album) -> None:
    draw(engine, PATH)
    assert do(engine, lambda connection: zone.still_there(connection, [PATH.id, STREET.id])) == {PATH.id}
    assert do(engine, lambda connection: zone.still_there(connection, [])) == set()
