"""Paging is complete and without repeats, whatever shares a moment; filters find what they should, and only that."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from services.core.media import Media
from services.core.settings import Settings
from services.store import album
from services.store.keyset import Place
from services.store.tables import camera, detection, image
from services.store.wanted import EVER, Span, Wanted
from tests.flaskapp.house import NOON, House

CAMERAS = ("front-door", "street")
picture = st.tuples(st.sampled_from(CAMERAS), st.integers(0, 6), st.sets(st.sampled_from(["person", "dog"])))


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    return House(engine, Media(settings.media))


def walk(engine: Engine, wanted: Wanted, size: int, spans: list[Span]) -> list[str]:
    seen: list[str] = []
    place: Place | None = None
    with engine.connect() as connection:
        while True:
            page = album.older(connection, wanted, spans, place, size)
            seen += [one.id for one in page]
            if len(page) < size:
                return seen
            place = page[-1].place


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pictures=st.lists(picture, max_size=14),
    size=st.integers(1, 5),
    camera_id=st.sampled_from([None, *CAMERAS]),
    label=st.sampled_from([None, "person", "dog"]),
)
def test_pages_together_are_the_whole_list(
    engine: Engine,
    house: House,
    pictures: list[tuple[str, int, set[str]]],
    size: int,
    camera_id: str | None,
    label: str | None,
) -> None:
    with engine.begin() as connection:
        for table in (detection, image, camera):
            connection.execute(delete(table))
    for name in CAMERAS:
        house.camera(name, name)
    made = [
        (at, house.picture(one, NOON + timedelta(seconds=at), sorted(labels)), one, labels)
        for one, at, labels in pictures
    ]
    fits = [row for row in made if camera_id in (None, row[2]) and (label is None or label in row[3])]
    expected = [image_id for _, image_id, _, _ in sorted(fits, key=lambda row: (row[0], row[1]), reverse=True)]
    wanted = Wanted(camera_id, label)
    assert walk(engine, wanted, size, [EVER]) == expected
    # The same list cut into spans of three seconds, newest first.
    cut = [Span(NOON + timedelta(seconds=at), NOON + timedelta(seconds=at + 3)) for at in (6, 3, 0)]
    assert walk(engine, wanted, size, cut) == expected
    with engine.connect() as connection:
        assert album.count_up_to(connection, wanted, cut, 1000) == len(expected)
        assert album.count_up_to(connection, wanted, [EVER], 2) == min(2, len(expected))
        for number, image_id in enumerate(expected):
            at = next(row[0] for row in made if row[1] == image_id)
            newer = album.newer(connection, wanted, [EVER], Place(NOON + timedelta(seconds=at), image_id), 1)
            assert [one.id for one in newer] == (expected[number - 1 : number] if number else [])


def test_each_camera_has_its_own_newest_picture(engine: Engine, house: House) -> None:
    for name in (*CAMERAS, "empty"):
        house.camera(name, name)
    house.picture("street", NOON - timedelta(hours=2))
    newest = house.picture("street", NOON - timedelta(hours=1))
    other = house.picture("front-door", NOON)
    with engine.connect() as connection:
        found = album.newest_of_each_camera(connection)
    assert {camera_id: one.id for camera_id, one in found.items()} == {"street": newest, "front-door": other}


def test_labels_are_those_that_were_kept(engine: Engine, house: House) -> None:
    house.camera()
    image_id = house.picture(labels=["person", "person"])
    house.detection(image_id, "kite", 5, dropped_because="below score")
    with engine.connect() as connection:
        assert album.labels(connection) == ["person"]
        boxes = album.boxes(connection, [image_id])[image_id]
    assert [(one.label, one.dropped_because) for one in boxes] == [
        ("person", None),
        ("person", None),
        ("kite", "below score"),
    ]


def test_the_first_picture_of_a_time_is_found_for_each_asked(engine: Engine, house: House) -> None:
    house.camera()
    first = house.picture(at=NOON)
    house.picture(at=NOON + timedelta(seconds=2))

    def asked(start: int, end: int) -> tuple[str, datetime, datetime]:
        return "front-door", NOON + timedelta(seconds=start), NOON + timedelta(seconds=end)

    with engine.connect() as connection:
        found = album.first_since(connection, [asked(-1, 5), asked(10, 20)])
    assert {number: one.id for number, one in found.items()} == {0: first}
