from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew, ImageDetected, ImageNew, WorkDetect
from services.core.settings import Settings
from services.keeper import metrics
from services.keeper.bells import Bells
from services.store import detection, event
from services.store.detection import Found, Outcome
from services.store.event import Event
from tests.ear import Ear
from tests.pictures import NOON, Album, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
BOX = (0.1, 0.2, 0.5, 0.75)


@pytest.fixture
def bells(engine: Engine, bus: Bus, clock: HeldClock) -> Bells:
    return Bells(engine, bus, clock)


def detected(engine: Engine, album: Album, clock: HeldClock, found: list[Found]) -> str:
    """A picture whose outcome was written just now."""
    image_id = album.pending(state="detecting", claimed_by="w", claim_expires_at=NOON + timedelta(hours=9), attempts=1)
    outcome = Outcome(image_id, "front-door", album.at, album.at, None, found, "m", "1", 12.5)
    with engine.begin() as connection:
        assert detection.record(connection, outcome, "w", clock.now())
    return image_id


def ring(bells: Bells) -> None:
    bells.ring_for_plans()
    bells.nudge_detectors()
    bells.ring_for_verdicts()


def rung() -> float:
    return sum(float(metrics.rung.labels(what)._value.get()) for what in ("new", "pending", "detected"))


def test_a_picture_without_a_plan_is_rung_for_as_at_first(house: Settings, bells: Bells, album: Album) -> None:
    image_id = album.add()
    with Ear(house, [ImageNew]) as ear:
        bells.ring_for_plans()
        (told,) = ear.wait(ImageNew)
    assert (told.image_id, told.camera_id, told.captured_at, told.received_at) == (
        image_id,
        "front-door",
        album.at,
        album.at,
    )


def test_one_bell_for_each_camera_wakes_the_detectors(house: Settings, bells: Bells, album: Album) -> None:
    first = [album.pending(name) for name in ("a", "b") for _ in range(3)][::3]
    with Ear(house, [WorkDetect]) as ear:
        bells.nudge_detectors()
        told = ear.wait(WorkDetect, 2)
    assert [one.image_id for one in told] == first
    assert told[0].reasons[0].endswith("s for a detector")


def test_a_picture_without_a_verdict_is_told_again_as_at_first(
    house: Settings, bells: Bells, engine: Engine, album: Album, clock: HeldClock
) -> None:
    image_id = detected(engine, album, clock, [Found("person", 0.875, BOX), Found("cat", 0.5, BOX, "below score")])
    clock.pass_by(6)
    with Ear(house, [ImageDetected]) as ear:
        bells.ring_for_verdicts()
        (told,) = ear.wait(ImageDetected)
    assert (told.image_id, told.outcome, told.took_ms) == (image_id, "detected", 12.5)
    assert [(one.label, one.score) for one in told.detections] == [("person", 0.875)]


def test_a_failed_picture_is_told_with_the_reason(house: Settings, bells: Bells, album: Album) -> None:
    image_id = album.pending(state="failed", error="broken", detected_at=NOON, judged_at=NOON)
    with Ear(house, [ImageDetected]) as ear:
        bells.ring_failed([image_id])
        (told,) = ear.wait(ImageDetected)
    assert (told.outcome, told.error) == ("failed", "broken")


def test_it_is_quiet_when_all_is_well(bells: Bells, engine: Engine, album: Album, clock: HeldClock) -> None:
    before = rung()
    album.at = NOON - timedelta(seconds=5)
    album.add()
    album.pending()
    detected(engine, album, clock, [Found("person", 0.9, BOX)])
    detected(engine, album, clock, [])
    album.add(state="kept", decided_at=NOON, judged_at=NOON)
    album.pending(state="failed", error="broken", detected_at=NOON, judged_at=NOON)
    ring(bells)
    assert rung() == before


def test_a_dead_node_red_is_not_flooded(bells: Bells, album: Album, clock: HeldClock) -> None:
    for _ in range(10):
        album.add()
    before = rung()
    for _ in range(60):
        ring(bells)
        clock.pass_by(1)
    assert rung() - before == 10 * 4


def test_a_round_rings_for_a_bounded_number_and_every_camera_has_its_share(
    engine: Engine, bus: Bus, album: Album, clock: HeldClock, house: Settings
) -> None:
    for _ in range(30):
        album.add("busy")
    for _ in range(3):
        album.add("quiet")
    with Ear(house, [ImageNew]) as ear:
        Bells(engine, bus, clock, most=12).ring_for_plans()
        told = ear.wait(ImageNew, 9)
    cameras = [one.camera_id for one in told]
    assert (cameras.count("busy"), cameras.count("quiet")) == (6, 3)


def test_bells_that_the_broker_did_not_take_are_rung_in_the_next_round(
    engine: Engine, house: Settings, album: Album, clock: HeldClock
) -> None:
    image_id = album.add()
    bus = Bus(house, "keeper", clock)
    bells = Bells(engine, bus, clock)
    bells.ring_for_plans()
    with Ear(house, [ImageNew]) as ear:
        bus.start()
        try:
            while not ear.heard(ImageNew):
                bells.ring_for_plans()
        finally:
            bus.stop()
        assert [one.image_id for one in ear.heard(ImageNew)] == [image_id]


def test_a_row_that_no_message_can_carry_keeps_no_other_from_being_rung(
    house: Settings, bells: Bells, album: Album
) -> None:
    odd, good = album.add(), album.add()
    album.set(odd, id="written by hand")
    with Ear(house, [ImageNew]) as ear:
        bells.ring_for_plans()
        assert [one.image_id for one in ear.wait(ImageNew)] == [good]


def happened(engine: Engine, kind: str, ago_s: float) -> Event:
    at = NOON - timedelta(seconds=ago_s)
    made = Event(new_id(), kind, None, None, "help", at, at, at)
    with engine.begin() as connection:
        event.add(connection, [made])
    return made


def test_an_event_that_people_may_be_told_of_is_rung_for_until_it_is_judged(
    house: Settings, engine: Engine, bells: Bells
) -> None:
    waiting = happened(engine, "panic", 6)
    happened(engine, "panic", 4)
    happened(engine, "motion", 60)
    with Ear(house, [EventNew]) as ear:
        bells.ring_for_happenings()
        (told,) = ear.wait(EventNew)
    assert (told.event_id, told.kind, told.people) == (waiting.id, "panic", None)
    with engine.begin() as connection:
        event.judged(connection, waiting.id)
        assert event.waiting_for_verdict(connection, NOON - timedelta(seconds=5), 10) == []
