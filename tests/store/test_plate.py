from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import IntegrityError

from services.core.media import Media
from services.store import plate
from services.store.plate_tables import plate_read
from tests.pictures import NOON, Album

pytestmark = pytest.mark.mariadb
CORNERS = {"x1": 0.4, "y1": 0.7, "x2": 0.5, "y2": 0.75}


def read_as(connection: Connection, image_id: str, plate_id: str) -> None:
    where = {"image_id": image_id, "ordinal": 0, "camera_id": "front-door", "captured_at": NOON, **CORNERS}
    said = {"raw": "x", "text": "BAB123", "folded": "8A8123", "score": 0.9, "candidates": []}
    connection.execute(insert(plate_read).values(**where, **said, plate_id=plate_id))


def texts(cards: list[plate.Card]) -> list[str]:
    return [one.plate.text for one in cards]


def test_a_text_is_one_plate_however_often_it_is_read(engine: Engine) -> None:
    with engine.begin() as connection:
        first, again = (plate.get_or_add(connection, "BAB123", NOON) for _ in range(2))
    assert first == again
    assert (first.folded, first.standing, first.last_seen_at) == ("8A8123", "unknown", None)


def test_a_plate_cannot_be_entered_twice(engine: Engine) -> None:
    with engine.begin() as connection:
        plate.add(connection, "BAB123", NOON, standing="known")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        plate.add(connection, "BAB123", NOON, standing="deny")


def test_named_and_unnamed_plates_are_asked_for_apart(engine: Engine) -> None:
    with engine.begin() as connection:
        plate.add(connection, "BAB123", NOON, standing="allow")
        plate.get_or_add(connection, "8A8I23", NOON)
        plate.get_or_add(connection, "XY99", NOON)
        assert [one.text for one in plate.named(connection)] == ["BAB123"]
        assert [one.text for one in plate.unnamed(connection, "8A8123")] == ["8A8I23"]


def test_an_older_picture_does_not_put_the_last_seen_back(engine: Engine) -> None:
    with engine.begin() as connection:
        made = plate.get_or_add(connection, "BAB123", NOON)
        plate.seen(connection, made.id, NOON)
        plate.seen(connection, made.id, NOON - timedelta(hours=1))
        found = plate.find(connection, made.id)
    assert found
    assert found.last_seen_at == NOON


def test_a_misread_plate_is_forgotten_unless_it_is_named_or_meant(engine: Engine, tmp_path: Path) -> None:
    image_id = Album(engine, Media(tmp_path)).add()
    with engine.begin() as connection:
        misread, meant = (plate.get_or_add(connection, text, NOON) for text in ("HAB123", "BAB123"))
        named = plate.add(connection, "XY99", NOON, standing="known")
        read_as(connection, image_id, meant.id)
        assert [plate.forget_misread(connection, one.id) for one in (misread, meant, named)] == [True, False, False]


def test_cards_are_found_by_parts_that_look_alike_and_by_owner(engine: Engine) -> None:
    with engine.begin() as connection:
        plate.add(connection, "BAB123", NOON, standing="known", owner="Anna", last_seen_at=NOON)
        plate.get_or_add(connection, "XY99", NOON)
        assert texts(plate.cards(connection)) == ["BAB123", "XY99"]
        assert texts(plate.cards(connection, "a8 i2")) == ["BAB123"]
        assert texts(plate.cards(connection, "ann")) == ["BAB123"]
        assert texts(plate.cards(connection, "_")) == []
        assert texts(plate.cards(connection, standing="unknown")) == ["XY99"]
        assert plate.counts(connection) == {"known": 1, "unknown": 1}
