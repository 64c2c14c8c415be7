"""Every wish alone and with every other finds what a plain search over all pictures finds, in its order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from services.core.media import Media
from services.core.settings import Settings
from services.store import album
from services.store.keyset import Place
from services.store.plate_tables import plate, plate_read
from services.store.tables import detection_zone, sighting, zone
from services.store.wanted import EVER, Dropped, Plates, Wanted
from tests.flaskapp.house import NOON, House

DRIVE = "00000000-0000-7000-8000-000000000001"
SIGHTING = "00000000-0000-7000-8000-000000000002"
PLATE = "00000000-0000-7000-8000-000000000003"
PICTURES = 24
READ = Plates(("KA1", "KA2"), (PLATE,))
MASKED = Dropped("masked", ("front-door", "street"))
Fits = Callable[[int], bool]
# Which of the pictures, by number, have what; the numbers are chosen so that every two wishes meet in some.
HAS: dict[str, Fits] = {
    "camera_id": lambda n: n % 2 == 0,
    "label": lambda n: n % 3 != 1,
    "zone_id": lambda n: n % 2 == 0 and n % 4 != 2,
    "plates": lambda n: n % 3 == 0 or n > 19,
    "sighting_id": lambda n: n % 2 == 0 and 3 < n < 21,
    "dropped": lambda n: n % 3 == 0 or n > 18,
}
WISHES: dict[str, Any] = {
    "camera_id": "front-door",
    "label": "car",
    "zone_id": DRIVE,
    "plates": READ,
    "sighting_id": SIGHTING,
    "dropped": MASKED,
}
TOGETHER = [some for size in (1, 2, 3) for some in combinations(WISHES, size)]


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    return House(engine, Media(settings.media))


@pytest.fixture
def pictures(house: House) -> list[str]:
    """The ids by number; the pictures are two at a moment."""
    house.camera()
    house.camera("Street", "street")
    with house.writing() as connection:
        drawn = {"kind": "zone", "name": "Drive", "points": [[0, 0], [1, 0], [1, 1]], "created_at": NOON}
        connection.execute(insert(zone).values(id=DRIVE, camera_id="front-door", **drawn))
        connection.execute(insert(plate).values(id=PLATE, text="XY9", folded="XY9", created_at=NOON))
    made = [house.picture("front-door" if n % 2 == 0 else "street", _at(n)) for n in range(PICTURES)]
    with house.writing() as connection:
        known = {"began_at": NOON, "last_seen_at": NOON, "images": 8, "best_score": 0.9, "label": "car"}
        shown = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), made[0])
        box = {"x1": 0.1, "y1": 0.1, "x2": 0.4, "y2": 0.4}
        connection.execute(insert(sighting).values(id=SIGHTING, camera_id="front-door", **known, **shown, **box))
    for number, image_id in enumerate(made):
        _see(house, number, image_id)
    return made


def _at(number: int) -> datetime:
    return NOON + timedelta(seconds=number // 2)


def _see(house: House, n: int, image_id: str) -> None:
    at, camera_id = _at(n), "front-door" if n % 2 == 0 else "street"
    same = {"at": at, "camera_id": camera_id}
    label = "car" if HAS["label"](n) else "person"
    house.detection(image_id, label, 0, best=True, sighting_id=SIGHTING if HAS["sighting_id"](n) else None, **same)
    house.detection(image_id, label, 1, **same)
    if HAS["dropped"](n):
        for ordinal in (2, 3):
            house.detection(image_id, label, ordinal, dropped_because="masked", **same)
    with house.writing() as connection:
        place = {"captured_at": at, "image_id": image_id}
        if HAS["zone_id"](n):
            connection.execute(insert(detection_zone).values(zone_id=DRIVE, ordinal=0, **place))
        if HAS["plates"](n):
            box = {"x1": 0.2, "y1": 0.2, "x2": 0.3, "y2": 0.3, "score": 0.9, "camera_id": camera_id, "candidates": []}
            for ordinal, (text, meant) in enumerate((("KA1", None), ("MISREAD", PLATE), ("OTHER", None))):
                read = {"ordinal": ordinal, "raw": text, "text": text, "folded": text, "plate_id": meant}
                connection.execute(insert(plate_read).values(**place, **read, **box))


def walk(engine: Engine, wanted: Wanted, size: int) -> list[str]:
    seen: list[str] = []
    place: Place | None = None
    with engine.connect() as connection:
        while True:
            page = album.older(connection, wanted, [EVER], place, size)
            seen += [one.id for one in page]
            if len(page) < size:
                return seen
            place = page[-1].place


def test_wishes_find_what_fits_all_of_them_each_picture_once(engine: Engine, pictures: list[str]) -> None:
    for names in TOGETHER:
        wanted = Wanted(**{name: WISHES[name] for name in names})
        fits = [n for n in range(PICTURES) if all(HAS[name](n) for name in names)]
        expected = [pictures[n] for n in sorted(fits, key=lambda n: (_at(n), pictures[n]), reverse=True)]
        assert fits, f"the test has no picture for {names}"
        assert walk(engine, wanted, 5) == expected, names
        with engine.connect() as connection:
            assert album.count_up_to(connection, wanted, [EVER], 1000) == len(expected), names
            oldest = album.newer(connection, wanted, [EVER], Place(NOON - timedelta(days=1), ""), 1)
        assert [one.id for one in oldest] == expected[-1:], names


def test_a_zone_of_another_camera_finds_nothing(engine: Engine, pictures: list[str]) -> None:
    assert walk(engine, Wanted(camera_id="street", zone_id=DRIVE), 5) == []


def test_a_search_that_means_no_plate_finds_nothing(engine: Engine, pictures: list[str]) -> None:
    assert walk(engine, Wanted(plates=Plates()), 5) == []


def test_two_wishes_that_seldom_meet_are_looked_for_over_a_bounded_stretch(engine: Engine, pictures: list[str]) -> None:
    wanted = Wanted(zone_id=DRIVE, label="zebra")
    in_drive = [n for n in range(PICTURES) if HAS["zone_id"](n)]
    with engine.connect() as connection:
        span = album.reach(connection, wanted, None, 2)
        assert (span.start, span.end) == (_at(in_drive[-3]), None)
        ahead = album.reach(connection, wanted, Place(NOON - timedelta(days=1), ""), 2, rising=True)
        assert (ahead.start, ahead.end) == (None, _at(in_drive[2]))
        assert album.reach(connection, wanted, None, 1000) == EVER
        assert album.reach(connection, Wanted(zone_id=DRIVE), None, 2) == EVER
        # There is more to look through, whatever has the label.
        assert album.oldest_at(connection, wanted) == _at(in_drive[0])
