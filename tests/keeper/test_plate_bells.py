from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import ImagePlates, WorkPlates
from services.core.settings import Settings
from services.keeper.bells import Bells
from services.keeper.claims import Claims
from services.keeper.plate_bells import PlateBells
from services.store import decision, plate, plate_look, plate_read
from services.store.decision import NewDecision
from services.store.plate import Plate
from services.store.plate_read import Agreed, Outcome, Read
from services.store.plate_tables import plate_look as looks
from services.store.tables import sighting
from tests.ear import Ear
from tests.pictures import NOON, Album, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
BOX = (0.4, 0.7, 0.5, 0.75)


class First:
    """The first reading counts, and means the first plate."""

    def agree(self, reads: Sequence[Read]) -> Agreed:
        return Agreed(reads[0].text, reads[0].score, reads[0].image_id, 1)

    def meant(self, agreed: Agreed, known: Sequence[Plate]) -> Plate | None:
        return known[0] if known else None


@pytest.fixture
def bells(engine: Engine, bus: Bus, clock: HeldClock) -> PlateBells:
    return PlateBells(Bells(engine, bus, clock), engine, bus, clock)


def want(engine: Engine, clock: HeldClock, image_id: str) -> None:
    with engine.begin() as connection:
        assert plate_look.want(connection, image_id, clock.now())


def claim(engine: Engine, image_id: str, attempts: int = 1) -> None:
    values = {"state": "reading", "claimed_by": "dead", "claim_expires_at": NOON, "attempts": attempts}
    with engine.begin() as connection:
        connection.execute(update(looks).where(looks.c.image_id == image_id).values(**values))


def settle(engine: Engine, album: Album, clock: HeldClock, standing: str = "known") -> str:
    """A picture that has just settled a plate; its id."""
    image_id, sighting_id = album.add(), "0198a000-0000-7000-8000-000000000001"
    want(engine, clock, image_id)
    claim(engine, image_id)
    with engine.begin() as connection:
        made = plate.get_or_add(connection, "BAB123", clock.now())
        plate.change(connection, made.id, standing=standing, owner="Anna")
        same = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), image_id)
        corners = {"x1": 0.1, "y1": 0.1, "x2": 0.9, "y2": 0.9}
        values = {"id": sighting_id, "camera_id": "front-door", "label": "car", "began_at": NOON, "last_seen_at": NOON}
        connection.execute(insert(sighting).values(**values, **same, **corners, images=1, best_score=0.9))
        read = Read(image_id, "b ab 123", "BAB123", 0.9, BOX, sighting_id=sighting_id)
        outcome = Outcome(image_id, "front-door", album.at, album.at, None, [read], "local", 12.5)
        assert plate_read.record(connection, outcome, "dead", clock.now(), First()) is not None
    return image_id


def verdict(image_id: str, rule: str) -> NewDecision:
    reasons = ["BAB123 is known: Anna"]
    return NewDecision(new_id(), image_id, "front-door", rule, "not_told", [], reasons, None, None, NOON, NOON)


def test_a_picture_that_waits_to_be_read_wakes_a_reader(
    house: Settings, bells: PlateBells, engine: Engine, album: Album, clock: HeldClock
) -> None:
    ids = [album.add(source) for source in ("a", "b") for _ in range(2)]
    for image_id in ids:
        want(engine, clock, image_id)
    clock.pass_by(6)
    with Ear(house, [WorkPlates]) as ear:
        bells.nudge_readers()
        told = ear.wait(WorkPlates, 2)
        bells.nudge_readers()
        assert len(ear.heard(WorkPlates)) == 2
    assert {one.image_id for one in told} == {ids[0], ids[2]}
    assert told[0].reasons == ["has waited 6 s for its plates to be read"]


def test_a_settled_plate_without_a_verdict_is_told_again_until_it_has_one(
    house: Settings, bells: PlateBells, engine: Engine, album: Album, clock: HeldClock
) -> None:
    image_id = settle(engine, album, clock)
    clock.pass_by(6)
    with Ear(house, [ImagePlates]) as ear:
        bells.ring_for_verdicts()
        (told,) = ear.wait(ImagePlates)
    assert (told.image_id, [(one.text, one.owner) for one in told.settled]) == (image_id, [("BAB123", "Anna")])
    with engine.begin() as connection:
        decision.add(connection, verdict(image_id, "alert-labels"))
        assert plate_read.waiting_for_verdict(connection, clock.now(), 10) != []
        decision.add(connection, verdict(image_id, decision.PLATES))
        assert plate_read.waiting_for_verdict(connection, clock.now() + timedelta(days=1), 10) == []


def test_an_expired_claim_is_taken_back_and_fails_after_the_third_attempt(
    house: Settings, bells: PlateBells, engine: Engine, album: Album, clock: HeldClock
) -> None:
    first, last = album.add(), album.add()
    for image_id, attempts in ((first, 1), (last, 3)):
        want(engine, clock, image_id)
        claim(engine, image_id, attempts)
    with Ear(house, [ImagePlates]) as ear:
        assert Claims(engine, clock, bells.ring_failed, plate_look).take_back() == 2
        (told,) = ear.wait(ImagePlates)
    assert (told.image_id, told.outcome) == (last, "failed")
    assert told.error
    assert told.error.startswith("was taken 3 times and never finished")
    with engine.connect() as connection:
        states = {row.image_id: row.state for row in connection.execute(select(looks))}
    assert states == {first: "pending", last: "failed"}
