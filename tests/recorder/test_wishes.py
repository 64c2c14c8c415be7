from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.messages import EventNew, SightingArrived
from services.core.recording_messages import WorkClip
from services.core.rolls import Rolls
from services.recorder.wishes import Wishes
from services.store import clip
from services.store.clip import Clip
from tests.pictures import NOON, HeldClock
from tests.store.recordings import recorded_camera

pytestmark = pytest.mark.mariadb
ROLLS = Rolls(timedelta(seconds=5), timedelta(seconds=10))


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


class House:
    """A camera that is recorded, and another one that is not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = HeldClock()
        self.yard = recorded_camera(engine)
        recorded_camera(engine, "Door", records=False)
        self.recorded, self.has_room = {self.yard}, True
        self.wishes = Wishes(engine, self.clock, ROLLS, lambda: self.recorded, lambda: self.has_room)

    def motion(self, detail: str, second: float, camera_id: str = "yard", kind: str = "motion") -> None:
        nothing = dict.fromkeys(
            ("node_id", "device_id", "value", "unit", "people", "of_group", "sighting_id", "plate_id", "standing")
        )
        facts = {"event_id": new_id(), "kind": kind, "camera_id": camera_id, "detail": detail}
        self.wishes.motion(EventNew.make(self.clock, "intake", **facts, **nothing, happened_at=at(second)))

    def wait(self, seconds: int, step: int = 1) -> None:
        for _ in range(0, seconds, step):
            self.clock.pass_by(step)
            self.wishes.go_on()

    def clips(self) -> list[Clip]:
        with self.engine.connect() as connection:
            return clip.between(connection, self.yard, at(-3600), at(3600))


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def test_one_visit_is_one_clip_with_what_was_before_and_after(house: House) -> None:
    house.motion("moving", 0)
    house.wait(30)
    arrived = {"sighting_id": new_id(), "camera_id": "yard", "label": "person", "image_id": new_id(), "zones": []}
    house.wishes.arrived(SightingArrived.make(house.clock, "detector", **arrived, arrived_at=at(3)))
    house.motion("still", 30)
    house.clock.pass_by(60)
    house.wishes.go_on()
    (one,) = house.clips()
    assert (one.from_at, one.to_at) == (at(-5), at(40))
    assert (one.because, one.detail, one.sighting_id) == ("motion", "motion; person arrived", arrived["sighting_id"])


def test_what_moves_for_longer_than_a_clip_may_last_has_a_next_one_that_begins_where_it_ended(house: House) -> None:
    house.motion("moving", 0)
    house.wait(1300, 20)
    house.motion("still", 1300)
    house.wait(60, 20)
    first, second, third = house.clips()
    assert (first.from_at, third.to_at) == (at(-5), at(1310))
    assert (first.to_at, second.to_at) == (second.from_at, third.from_at)
    assert (first.detail, second.detail) == ("motion", clip.GOES_ON)


@pytest.mark.parametrize("end", ["disk-full", "not-recorded", "stream_lost", "camera_silent"])
def test_it_goes_on_no_longer_than_there_is_anything_to_show(house: House, end: str) -> None:
    house.motion("moving", 0)
    house.wait(20, 20)
    house.has_room = end != "disk-full"
    house.recorded = set() if end == "not-recorded" else {house.yard}
    house.motion("away", 20, kind=end)
    house.wait(1000, 20)
    (one,) = house.clips()
    assert one.to_at == at(30)


def test_a_clip_without_anything_after_it_is_one_too_while_something_moves(house: House) -> None:
    wishes = Wishes(house.engine, house.clock, Rolls(timedelta(0), timedelta(0)), lambda: {house.yard})
    house.wishes = wishes
    house.motion("moving", 0)
    for _ in range(10):
        house.wait(1)
        with house.engine.begin() as connection:
            assert clip.settle(connection, house.clock.now()) == 0
    house.motion("still", 10)
    (one,) = house.clips()
    assert one.from_at == at(0)


def test_of_a_camera_that_is_not_recorded_there_is_no_clip(house: House) -> None:
    house.motion("moving", 0, "door")
    with house.engine.connect() as connection:
        assert clip.between(connection, "door", at(-60), at(60)) == []


def test_what_a_flow_wants_is_taken_as_it_is_but_not_without_end(house: House) -> None:
    asked = {"camera_id": "yard", "from_at": at(0), "to_at": at(7200), "reason": "the gate was opened"}
    house.wishes.asked(WorkClip.make(house.clock, "nodered", **asked))
    (one,) = house.clips()
    assert (one.from_at, one.to_at, one.because) == (at(0), at(0) + clip.LONGEST, "rule")
