import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from services.core.folding import distance, fold
from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.store import plate_search
from services.store.plate_search import MOST, SURE, nearly
from services.store.plate_tables import plate, plate_read
from tests.flaskapp.house import NOON, House

texts = st.text("ABC123", min_size=SURE, max_size=9)


@pytest.fixture
def read(engine: Engine, settings: Settings) -> House:
    house = House(engine, Media(settings.media))
    house.camera()
    for number, text in enumerate(("KABO12", "KA8O12", "XY77", "M4RT1N")):
        image_id = house.picture(at=NOON + timedelta(seconds=number))
        reading(house, image_id, text)
    return house


def reading(house: House, image_id: str, text: str, **more: object) -> None:
    box = {"x1": 0.2, "y1": 0.2, "x2": 0.3, "y2": 0.3, "score": 0.9, "camera_id": "front-door", "captured_at": NOON}
    same = {"image_id": image_id, "raw": text, "text": text, "folded": fold(text), "candidates": []}
    with house.writing() as connection:
        connection.execute(insert(plate_read).values(**{"ordinal": 0} | same | box | more))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kab012", ("KA8012",)),
        ("KA 8O-I2", ("KA8012",)),
        ("8012", ("KA8012",)),
        ("y7", ("XY77",)),
        ("M4RT7N", ("M4RT1N",)),
        ("M4R1N", ("M4RT1N",)),
        ("M4R7", ()),
        ("", ()),
        ("%_", ()),
    ],
)
def test_a_part_or_nearly_the_text_is_enough(engine: Engine, read: House, typed: str, found: tuple[str, ...]) -> None:
    with engine.connect() as connection:
        assert plate_search.meant(connection, typed).folded == found


def test_a_reading_is_also_found_by_the_plate_that_it_was_taken_for(engine: Engine, read: House) -> None:
    plate_id = new_id()
    with engine.begin() as connection:
        connection.execute(insert(plate).values(id=plate_id, text="GH0ST", folded="GH057", created_at=NOON))
    with engine.connect() as connection:
        assert plate_search.meant(connection, "GHO").plate_ids == (plate_id,)


def test_it_says_when_it_means_more_than_it_looks_for(engine: Engine, read: House) -> None:
    image_id = read.picture(at=NOON)
    for number in range(MOST + 1):
        reading(read, image_id, f"QQ{number:03}", ordinal=number)
    with engine.connect() as connection:
        many, one = plate_search.meant(connection, "QQ"), plate_search.meant(connection, "QQ007")
    assert (len(many.folded), many.more) == (MOST, True)
    assert one.folded[0] == "QQ007"


@given(texts, texts)
def test_nearly_means_at_most_one_sign_away(text: str, other: str) -> None:
    if re.fullmatch(nearly(text), other):
        assert distance(text, other) <= 1
