from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.intake.silence import raise_silences
from services.store import camera, node
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb
PATIENCE = timedelta(minutes=10)


class House:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = HeldClock()
        self.since = NOON

    def camera(self, source: str) -> None:
        with self.engine.begin() as connection:
            camera.seen(connection, camera.register(connection, source, self.clock.now()), self.clock.now())

    def node(self, source: str) -> None:
        with self.engine.begin() as connection:
            node.seen(connection, node.register(connection, source, self.clock.now()), self.clock.now())

    def raised(self) -> list[tuple[str, str | None, str]]:
        with self.engine.begin() as connection:
            found = raise_silences(connection, self.clock, PATIENCE, self.since)
        return [(one.kind, one.camera_id or one.node_id, one.detail) for one in found]


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


def test_a_silence_is_raised_once(house: House) -> None:
    house.camera("Front Door")
    house.clock.pass_by(600)
    assert house.raised() == []
    house.clock.pass_by(1)
    assert house.raised() == [("camera_silent", "front-door", "nothing heard for 10 minutes")]
    house.clock.pass_by(600)
    assert house.raised() == []


def test_it_is_raised_again_after_it_has_spoken_in_between(house: House) -> None:
    house.camera("Front Door")
    house.clock.pass_by(601)
    assert len(house.raised()) == 1
    house.camera("Front Door")
    assert house.raised() == []
    house.clock.pass_by(601)
    assert len(house.raised()) == 1


def test_eleven_dead_cameras_are_noticed_while_one_lives(house: House) -> None:
    for number in range(12):
        house.camera(f"Camera {number}")
    house.clock.pass_by(601)
    house.camera("Camera 5")
    assert {who for _, who, _ in house.raised()} == {f"camera-{number}" for number in range(12) if number != 5}


def test_a_camera_lives_with_its_node(house: House) -> None:
    house.node("Driveway")
    house.camera("Driveway Gate")
    house.clock.pass_by(601)
    house.node("Driveway")
    assert house.raised() == []
    house.clock.pass_by(601)
    assert [one[:2] for one in house.raised()] == [("node_silent", "driveway"), ("camera_silent", "driveway-gate")]


def test_a_camera_with_a_limit_of_its_own_does_not_hide_behind_its_node(house: House) -> None:
    house.node("Driveway")
    house.camera("Driveway Gate")
    with house.engine.begin() as connection:
        camera.change(connection, "driveway-gate", silent_after_s=30)
    house.clock.pass_by(31)
    house.node("Driveway")
    assert house.raised() == [("camera_silent", "driveway-gate", "nothing heard for 30 seconds")]


def test_time_when_nobody_listened_is_no_silence(house: House) -> None:
    house.camera("Front Door")
    house.clock.pass_by(3600)
    house.since = house.clock.now()
    assert house.raised() == []
    house.clock.pass_by(601)
    assert len(house.raised()) == 1
