from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.core.mode_messages import ScheduleState
from services.core.rule_messages import OutputAsk, OutputState
from services.core.settings import Settings
from services.scribe.commands import Commands
from services.scribe.outputs import STATES_AT_ONCE, Outputs, reported
from services.store import audit, command, device, device_group, link, schedule
from services.store.command import Command
from services.store.device import Described, Device
from services.store.link import Link
from services.store.schedule import Schedule
from services.store.tables import event
from tests.ear import Ear
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
NIGHTS = Schedule(new_id(), "Nights", [], [], True, None, None)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def outputs(engine: Engine, bus: Bus, clock: HeldClock) -> Outputs:
    with engine.begin() as connection:
        schedule.add(connection, NIGHTS)
        device.register(connection, "siren", Described("Siren", "siren", None, False, True), NOON)
        device.register(connection, "pir", Described("PIR", "motion", None, True, False), NOON)
    return Outputs(engine, bus, clock, Commands(engine, bus, clock))


def state(clock: HeldClock, on: bool, device_id: str = "siren", detail: str | None = None) -> OutputState:
    return OutputState.make(clock, device_id, device_id=device_id, on=on, detail=detail)


def ask(clock: HeldClock, **more: Any) -> OutputAsk:
    said = {"device_id": "siren", "on": True, "seconds": 30.0, "text": None, "by": "my own flow"}
    return OutputAsk.make(clock, "nodered", **said | more)


def nights(clock: HeldClock, active: bool) -> ScheduleState:
    told = {"schedule_id": NIGHTS.id, "name": "Nights", "since": None, "until": None}
    return ScheduleState.make(clock, "nodered", active=active, **told)


def get(engine: Engine) -> Device:
    with engine.connect() as connection:
        found = device.find(connection, "siren")
    assert found
    return found


def change(engine: Engine, **said: Any) -> None:
    with engine.begin() as connection:
        device.change(connection, "siren", **said)


def orders(engine: Engine) -> list[Command]:
    with engine.connect() as connection:
        return command.due(connection, 100)


def kinds(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(event.c.kind).order_by(event.c.stored_at, event.c.id)))


def counted(result: str) -> float:
    return float(reported.labels(result)._value.get())


def test_an_output_that_reports_itself_is_known_to_be_on_since_then_and_rings(
    engine: Engine,
    house: Settings,
    bus: Bus,
    outputs: Outputs,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    bus.subscribe(OutputState, outputs.state)
    start_bus(bus)
    with Ear(house, [EventNew]) as ear:
        ear.say(state(clock, True, detail="by its own button"))
        (told,) = ear.wait(EventNew)
    assert (told.kind, told.device_id, told.detail) == ("output_on", "siren", "by its own button")
    assert (get(engine).is_on, get(engine).is_on_since) == (True, NOON)


def test_only_a_change_is_an_event(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    for on in (True, True, False, False, True):
        outputs.state(state(clock, on))
        clock.pass_by(1)
    assert kinds(engine) == ["output_on", "output_off", "output_on"]
    assert get(engine).is_on_since == NOON + timedelta(seconds=4)


def test_what_an_output_reports_is_a_sign_of_life_and_what_the_broker_kept_is_none(
    engine: Engine, outputs: Outputs, clock: HeldClock
) -> None:
    change(engine, stale_since=NOON)
    kept = state(clock, True)
    clock.pass_by(3600)
    outputs.state(kept)
    assert (get(engine).is_on, get(engine).is_on_since, get(engine).last_seen_at) == (True, NOON, NOON)
    outputs.state(state(clock, True))
    assert (get(engine).stale_since, get(engine).last_seen_at) == (None, clock.now())
    assert kinds(engine) == ["output_on", "device_back"]


def test_the_state_of_a_device_that_is_not_known_is_counted(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    before = counted("unknown device")
    outputs.state(state(clock, True, "lamp"))
    assert counted("unknown device") == before + 1
    assert kinds(engine) == []


def test_an_output_that_floods_fills_no_log(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    before = counted("too fast")
    for number in range(STATES_AT_ONCE + 10):
        outputs.state(state(clock, number % 2 == 0))
    assert counted("too fast") == before + 10
    assert len(kinds(engine)) == STATES_AT_ONCE


def test_what_a_flow_asks_for_is_one_order_however_often_it_comes(
    engine: Engine, outputs: Outputs, clock: HeldClock
) -> None:
    wanted = ask(clock)
    for _ in range(2):
        outputs.ask(wanted)
    (order,) = orders(engine)
    assert (order.id, order.is_on, order.seconds, order.ordered_by) == (wanted.id, True, 30.0, "my own flow")
    assert (order.link_id, order.trigger_id) == (None, None)
    with engine.connect() as connection:
        (row,) = audit.of(connection, "output.switch", "siren", 5)
    assert row.after_json == {"command_id": wanted.id, "on": True, "seconds": 30.0, "by": "my own flow"}


def test_an_output_is_on_no_longer_than_it_may_be_whoever_asks(
    engine: Engine, outputs: Outputs, clock: HeldClock
) -> None:
    change(engine, longest_on_s=20)
    outputs.ask(ask(clock))
    outputs.ask(ask(clock, seconds=None))
    assert [one.seconds for one in orders(engine)] == [20, 20]


def by_link(engine: Engine) -> None:
    """The siren was switched by a link at noon."""
    made = Link(new_id(), "Night", True, [{"kind": "panic"}], None, None, None, [{"kind": "switch"}], NOON)
    before = Command(new_id(), "siren", "rule Night", True, None, None, NOON, NOON, made.id, state="sent", sent_at=NOON)
    with engine.begin() as connection:
        link.add(connection, made)
        command.add(connection, [before])


@pytest.mark.parametrize(
    ("set_up", "wanted"),
    [
        ({}, {"device_id": "lamp"}),
        ({}, {"device_id": "pir"}),
        ({}, {"on": None}),
        ({"enabled": False}, {}),
        ({"interval_s": 60}, {}),
        ({"schedule_id": NIGHTS.id}, {}),
    ],
)
def test_what_must_not_be_is_not_ordered(
    engine: Engine, outputs: Outputs, clock: HeldClock, set_up: dict[str, Any], wanted: dict[str, Any]
) -> None:
    change(engine, **{"enabled": True} | set_up)
    by_link(engine)
    outputs.schedule(nights(clock, active=False))
    clock.pass_by(5)
    outputs.ask(ask(clock, **wanted))
    assert orders(engine) == []
    outputs.ask(ask(clock, on=False, seconds=None))
    assert [one.is_on for one in orders(engine)] == [False]


def test_what_was_asked_too_long_ago_is_not_ordered(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    wanted = ask(clock)
    clock.pass_by(121)
    outputs.ask(wanted)
    assert orders(engine) == []


def test_an_active_schedule_lets_an_output_be_switched(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    change(engine, schedule_id=NIGHTS.id, interval_s=60)
    outputs.schedule(nights(clock, active=True))
    outputs.ask(ask(clock))
    assert len(orders(engine)) == 1


def test_a_schedule_that_is_switched_off_limits_nothing(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    change(engine, schedule_id=NIGHTS.id)
    outputs.schedule(nights(clock, active=False))
    with engine.begin() as connection:
        schedule.change(connection, replace(NIGHTS, enabled=False))
    outputs.ask(ask(clock))
    assert len(orders(engine)) == 1


def test_a_speaker_is_switched_neither_on_nor_off_and_says_a_text(
    engine: Engine, outputs: Outputs, clock: HeldClock
) -> None:
    with engine.begin() as connection:
        device.describe(connection, "siren", Described("Siren", "speaker", None, False, True))
    for on in (True, False):
        outputs.ask(ask(clock, on=on, seconds=None))
    assert orders(engine) == []
    outputs.ask(ask(clock, on=None, seconds=None, text="Go away"))
    assert [one.text for one in orders(engine)] == ["Go away"]


def test_an_output_goes_by_the_schedule_of_its_group_too(engine: Engine, outputs: Outputs, clock: HeldClock) -> None:
    change(engine, group_name="Yard")
    with engine.begin() as connection:
        device_group.put(connection, "Yard", NIGHTS.id)
    outputs.schedule(nights(clock, active=False))
    outputs.ask(ask(clock))
    assert orders(engine) == []
    outputs.schedule(nights(clock, active=True))
    outputs.ask(ask(clock))
    assert len(orders(engine)) == 1
