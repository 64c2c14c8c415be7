"""A car's way through the real stack: seen, read, settled, named by its owner, told of, and shown."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Row

from bench.own_stack import wait_until
from bench.stock_sender import Sending, StockSender
from tests.system.passing_car import PassingCar
from tests.system.stack_under_test import SETTLE_S, StackUnderTest, eventually
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
READS = """
SELECT plate_read.*, plate.text AS plate_text, plate.standing, detection.label, detection.sighting_id AS car
FROM plate_read JOIN image ON image.id = plate_read.image_id
JOIN detection ON detection.image_id = image.id AND detection.dropped_because IS NULL AND detection.label = 'car'
LEFT JOIN plate ON plate.id = plate_read.plate_id WHERE image.sha256 = :sha256
"""
TOLD = "SELECT * FROM decision WHERE image_id = :image_id AND rule = 'plates' AND outcome = 'told'"
DECIDED = """
SELECT DISTINCT decision.* FROM decision JOIN plate_read ON plate_read.image_id = decision.image_id
WHERE rule = 'plates' AND plate_read.sighting_id = :sighting_id
"""
Send = Callable[..., Sending]


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> PassingCar:
    """The car that passes."""
    return PassingCar(tmp_path_factory.mktemp("opencv-doc"))


@pytest.fixture
def send(stack: StackUnderTest, car: PassingCar) -> Send:
    """Sends a picture of the car with a plate, as a stock imagenode does."""

    def sent(plate: str, right: int = 0) -> Sending:
        with StockSender(stack.ports.hub, "Kerb") as sender:
            made = sender.send(car.picture(plate, right))
        assert made.reply == b"OK"
        return made

    return sent


def read(stack: StackUnderTest, sending: Sending) -> Row[Any]:
    """What was read in a picture, once it is."""

    def found() -> Row[Any] | None:
        rows = stack.rows(READS, sha256=sending.sha256)
        return rows[0] if rows else None

    return eventually(found, "a reading of the plate")


def told(stack: StackUnderTest, image_id: str) -> Row[Any]:
    """The alert about a picture's plates, once a mail server has it."""

    def found() -> Row[Any] | None:
        rows = stack.rows(TOLD, image_id=image_id)
        return rows[0] if rows else None

    return eventually(found, "the alert about the plate")


def test_a_passing_cars_plate_is_read_named_and_told_of_when_it_comes_again(
    stack: StackUnderTest, owner: Visitor, send: Send
) -> None:
    first = read(stack, send("B AB 123"))
    assert (first.label, first.text, first.plate_text, first.standing) == ("car", "BAB123", "BAB123", "unknown")
    assert first.sighting_id == first.car
    card = owner.get("/plates?q=8ab").text
    assert "BAB123" in card
    assert f"/picture/{first.image_id}/thumb" in card
    assert owner.send(f"/plates/{first.plate_id}", standing="deny", owner="Anna").status_code == 200
    stack.clear()
    again = read(stack, send("B AB 123", 20))
    decision = told(stack, again.image_id)
    assert (again.plate_id, again.standing) == (first.plate_id, "deny")
    assert decision.subject.startswith("Denied plate BAB123 (Anna) at Kerb (")
    (event,) = stack.rows("SELECT * FROM event WHERE kind = 'plate' AND camera_id = 'kerb'")
    assert event.detail == "denied plate BAB123 (Anna)"
    subjects = [one.message["Subject"] for one in stack.mailbox.mails()]
    assert decision.subject in subjects
    page = owner.get(f"/picture/{again.image_id}").text
    assert 'class="found plate"' in page
    assert "BAB123 · Anna" in page
    assert "denied plate BAB123 (Anna)" in owner.get("/alerts").text
    wait_until(lambda: stack.is_settled([]), "the rest", SETTLE_S)
    stack.assert_well()


def test_of_three_pictures_of_which_one_is_misread_the_vote_wins(
    stack: StackUnderTest, owner: Visitor, send: Send
) -> None:
    stack.clear()
    assert owner.send("/plates/new", text="MUC 777", standing="known", owner="Ben").status_code == 200
    reads = [read(stack, send(plate, 20 * number)) for number, plate in enumerate(("MUC 777", "HUB 717", "MUC 777"))]
    assert len({one.sighting_id for one in reads}) == 1
    assert [one.text for one in reads] == ["MUC777", "HUB717", "MUC777"]
    car = reads[0].sighting_id
    plates = stack.rows("SELECT DISTINCT plate_id FROM plate_read WHERE sighting_id = :id", id=car)
    (sighting,) = stack.rows("SELECT * FROM sighting WHERE id = :id", id=car)
    (plate,) = stack.rows("SELECT * FROM plate WHERE id = :id", id=sighting.plate_id)
    assert (plate.text, plate.owner, [one.plate_id for one in plates]) == ("MUC777", "Ben", [plate.id])
    assert stack.rows("SELECT id FROM plate WHERE text = 'HUB717'") == []
    wait_until(lambda: stack.rows(DECIDED, sighting_id=car), "the decision", SETTLE_S)
    (decision,) = stack.rows(DECIDED, sighting_id=car)
    assert decision.image_id == reads[0].image_id
    assert "known plate MUC777 (Ben)" in decision.labels
    wait_until(lambda: stack.is_settled([]), "the rest", SETTLE_S)
    stack.assert_well()
