from datetime import timedelta
from typing import Any

import pytest

from services.bridge.devices import Devices
from services.bridge.mouth import Spoken
from services.bridge.orders import WAITING_MAX, Orders
from services.bridge.rabbit import RabbitAway
from services.core.ids import new_id
from services.core.messages import Message
from services.core.rule_messages import OutputSet, OutputState
from tests.bridge.bodies import IOBOARD, SIREN_ID, heartbeat
from tests.bridge.test_devices import NOON, HandClock, heard


class Board:
    """Hears what is said on the routing keys that it listens to."""

    def __init__(self, *listens_to: str) -> None:
        self.listens_to = listens_to
        self.heard: list[Spoken] = []
        self.is_away = False

    def say(self, ways: list[Spoken], lasts_s: float) -> str | None:
        assert lasts_s > 0
        if self.is_away:
            raise RabbitAway("it is away")
        for way in ways:
            if way.routing_key in self.listens_to:
                self.heard.append(way)
                return way.routing_key
        return None


class Told:
    """The bus, as far as states go."""

    def __init__(self) -> None:
        self.states: list[tuple[str, bool]] = []

    def ring(self, *messages: Message) -> None:
        for one in messages:
            assert isinstance(one, OutputState)
            self.states.append((one.device_id, one.on))


class Stage:
    def __init__(self, *listens_to: str) -> None:
        self.clock = HandClock()
        self.devices = Devices(self.clock)
        self.board, self.told = Board(*listens_to), Told()
        self.orders = Orders(self.devices, self.board, self.told, self.clock)  # type: ignore[arg-type]

    def meets(self) -> None:
        heard(self.devices, IOBOARD, heartbeat())

    def order(self, **changes: Any) -> OutputSet:
        fields = {"device_id": SIREN_ID, "on": True, "seconds": 30.0, "text": None}
        fields |= {"expires_at": self.clock.now() + timedelta(seconds=120)}
        return OutputSet.make(self.clock, "scribe", **(fields | changes))


@pytest.fixture
def stage() -> Stage:
    made = Stage("event.trigger.siren")
    made.meets()
    return made


def test_an_order_is_a_trigger_with_the_seconds(stage: Stage) -> None:
    stage.orders.take(stage.order())
    [said] = stage.board.heard
    assert said.body["output_triggered"]["device_key"] == "Garage Siren"
    assert (said.body["output_triggered"]["device_params"], said.body["timestamp"]) == ("30", int(NOON.timestamp()))


def test_it_is_on_until_its_seconds_are_over(stage: Stage) -> None:
    stage.orders.take(stage.order())
    stage.clock.seconds = 29.9
    stage.orders.end_pulses()
    assert stage.told.states == [(SIREN_ID, True)]
    stage.clock.seconds = 30
    stage.orders.end_pulses()
    stage.orders.end_pulses()
    assert stage.told.states == [(SIREN_ID, True), (SIREN_ID, False)]


def test_without_seconds_its_pulse_is_over_at_once(stage: Stage) -> None:
    stage.orders.take(stage.order(seconds=None))
    assert stage.board.heard[0].body["output_triggered"]["device_params"] is None
    assert stage.told.states == [(SIREN_ID, False)]


@pytest.mark.parametrize(
    ("listens_to", "data"),
    [("event.trigger.ioboard", None), ("event.control.ioboard", ["Garage Siren", None])],
)
def test_it_is_said_in_the_way_that_somebody_listens_to(listens_to: str, data: object) -> None:
    stage = Stage(listens_to)
    stage.meets()
    stage.orders.take(stage.order())
    assert [(one.routing_key, one.body.get("data")) for one in stage.board.heard] == [(listens_to, data)]


def test_when_nobody_listens_it_is_not_said_to_be_on() -> None:
    stage = Stage()
    stage.meets()
    stage.orders.take(stage.order())
    assert stage.told.states == []


def test_an_order_to_be_off_has_no_word(stage: Stage) -> None:
    stage.orders.take(stage.order(on=False, seconds=None))
    assert (stage.board.heard, stage.told.states) == ([], [])


def test_the_same_order_twice_is_one(stage: Stage) -> None:
    order = stage.order()
    stage.orders.take(order)
    stage.orders.take(order)
    assert len(stage.board.heard) == 1


def test_an_order_that_comes_too_late_is_left_undone(stage: Stage) -> None:
    order = stage.order()
    stage.clock.seconds = 121
    stage.orders.take(order)
    assert stage.board.heard == []


def test_while_rabbitmq_is_away_it_is_tried_again(stage: Stage) -> None:
    order = stage.order()
    stage.board.is_away = True
    with pytest.raises(RabbitAway):
        stage.orders.take(order)
    stage.board.is_away = False
    stage.orders.take(order)
    assert len(stage.board.heard) == 1


def test_after_a_start_orders_wait_for_whoever_speaks_in_time() -> None:
    stage = Stage("event.trigger.siren")
    stage.orders.take(stage.order())
    stage.orders.look_after()
    assert stage.board.heard == []
    stage.meets()
    stage.orders.look_after()
    stage.orders.look_after()
    assert len(stage.board.heard) == 1


def test_what_waited_too_long_is_never_said() -> None:
    stage = Stage("event.trigger.siren")
    stage.orders.take(stage.order())
    stage.clock.seconds = 121
    stage.orders.look_after()
    stage.meets()
    stage.clock.seconds = 0
    stage.orders.look_after()
    assert stage.board.heard == []


def test_of_too_many_that_wait_the_oldest_goes() -> None:
    stage = Stage("event.trigger.siren")
    stage.orders.take(stage.order())
    for _ in range(WAITING_MAX):
        stage.orders.take(stage.order(device_id=f"other-{new_id()}"))
    stage.meets()
    stage.orders.look_after()
    assert stage.board.heard == []
