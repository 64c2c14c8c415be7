from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus, BusAway
from services.core.ids import new_id
from services.core.messages import ConfigChanged, EventNew
from services.core.rule_messages import OutputSet
from services.core.settings import Settings
from services.scribe.commands import Commands
from services.store import command, device, event
from services.store.command import Command
from services.store.device import Described
from services.store.event import Event
from services.store.rule_tables import command as command_table
from services.store.tables import event as event_table
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, wait_until
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def commands(engine: Engine, bus: Bus, clock: HeldClock) -> Commands:
    with engine.begin() as connection:
        for name in ("siren", "lamp"):
            device.register(connection, name, Described(name.title(), "switch", None, False, True), NOON)
    return Commands(engine, bus, clock)


def order(engine: Engine, clock: HeldClock, **more: Any) -> Command:
    now = clock.now()
    said: dict[str, Any] = {"device_id": "siren", "ordered_by": "Anna", "is_on": True, "seconds": 30.0, "text": None}
    made = Command(new_id(), **said | {"made_at": now, "expires_at": now + timedelta(seconds=120)} | more)
    with engine.begin() as connection:
        command.add(connection, [made])
    return made


def get(engine: Engine, command_id: str) -> Command:
    with engine.connect() as connection:
        found = command.find(connection, command_id)
    assert found
    return found


def all_orders(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(command_table).order_by(command_table.c.made_at, command_table.c.id)))


def expired(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(event_table.c.detail).where(event_table.c.kind == "command_expired")))


def test_what_is_due_is_sent_in_its_order_under_its_id(
    engine: Engine,
    house: Settings,
    bus: Bus,
    commands: Commands,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    start_bus(bus)
    made = [order(engine, clock), order(engine, clock, device_id="lamp", is_on=None, text="Go away", seconds=None)]
    clock.pass_by(2)
    with Ear(house, [OutputSet]) as ear:
        assert commands.look()
        told = ear.wait(OutputSet, 2)
        assert not commands.look()
    assert [one.id for one in told] == [one.id for one in made]
    first, second = told
    assert (first.address(), first.on, first.seconds, first.text) == ("output/siren/set", True, 30.0, None)
    assert first.expires_at == NOON + timedelta(seconds=120)
    assert (second.on, second.text) == (None, "Go away")
    sent = get(engine, made[0].id)
    assert (sent.state, sent.sent_at, sent.off_at) == (
        "sent",
        NOON + timedelta(seconds=2),
        NOON + timedelta(seconds=32),
    )


def test_what_was_published_before_scribe_died_goes_out_again_under_the_same_id(
    engine: Engine,
    house: Settings,
    bus: Bus,
    commands: Commands,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    start_bus(bus)
    made = order(engine, clock)
    with Ear(house, [OutputSet]) as ear:
        bus.publish(commands._told(made))
        assert commands.look()
        assert [one.id for one in ear.wait(OutputSet, 2)] == [made.id] * 2


def test_what_was_on_long_enough_goes_off_once(
    engine: Engine,
    house: Settings,
    bus: Bus,
    commands: Commands,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    start_bus(bus)
    order(engine, clock, source="event", trigger_id=new_id())
    commands.look()
    clock.pass_by(29)
    assert not commands.look()
    clock.pass_by(1)
    with Ear(house, [OutputSet]) as ear:
        assert commands.look()
        (told,) = ear.wait(OutputSet)
    assert told.on is False
    clock.pass_by(100)
    assert not commands.look()
    on, off = all_orders(engine)
    assert (off.ordered_by, off.is_on, off.seconds, off.off_at, off.state) == (
        "its time is over",
        False,
        None,
        None,
        "sent",
    )
    assert (off.source, off.trigger_id, on.off_at) == (on.source, on.trigger_id, None)


def test_what_is_on_goes_off_though_the_clock_is_put_back_meanwhile(
    engine: Engine, bus: Bus, commands: Commands, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    order(engine, clock)
    commands.look()
    clock.jump(-3600)
    assert commands.look()
    on, off = sorted(all_orders(engine), key=lambda one: not one.is_on)
    assert (on.off_at, off.is_on, off.state) == (None, False, "sent")


def test_a_siren_goes_off_after_an_hour_without_a_broker(
    migrated: MariaDb, engine: Engine, clock: HeldClock, tmp_path: Path, start_bus: Callable[[Bus], None]
) -> None:
    with engine.begin() as connection:
        device.register(connection, "siren", Described("Siren", "siren", None, False, True), NOON)
    with Mosquitto(tmp_path) as broker:
        settings = migrated.settings(data_dir=tmp_path, mqtt_port=broker.port, mqtt_base_topic=f"t{new_id()[-12:]}")
        bus = Bus(settings, "scribe", clock)
        try:
            start_bus(bus)
            commands = Commands(engine, bus, clock)
            order(engine, clock)
            commands.look()
            broker.stop()
            wait_until(lambda: not bus.connected(), "the loss")
            clock.pass_by(30)
            with pytest.raises(BusAway):
                commands.look()
            clock.pass_by(3600)
            broker.start()
            wait_until(bus.listening, "the broker's return")
            with Ear(settings, [OutputSet]) as ear:
                assert commands.look()
                (told,) = ear.wait(OutputSet)
            assert (told.on, told.expires_at > clock.now()) == (False, True)
            assert [one.state for one in all_orders(engine)] == ["sent", "sent"]
        finally:
            bus.stop()


def test_what_could_not_be_sent_in_time_expires_with_an_event(
    engine: Engine,
    house: Settings,
    bus: Bus,
    commands: Commands,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    late = order(engine, clock)
    clock.pass_by(121)
    start_bus(bus)
    with Ear(house, [OutputSet, EventNew]) as ear:
        assert commands.look()
        (told,) = ear.wait(EventNew)
        order(engine, clock)
        commands.look()
        off, sent = ear.wait(OutputSet, 2)
    assert late.id not in (off.id, sent.id)
    assert (off.on, sent.on) == (False, True), "the broker may have had it all the same: what went on must go off"
    assert get(engine, late.id).state == "expired"
    assert (told.kind, told.device_id) == ("command_expired", "siren")
    assert expired(engine) == ["not sent, the broker was away for 120 s; ordered by Anna: on for 30 s"]


def test_the_longest_order_expires_like_any_other(engine: Engine, commands: Commands, clock: HeldClock) -> None:
    late = order(engine, clock, is_on=None, seconds=None, text="x" * 300, ordered_by="y" * 160)
    clock.pass_by(121)
    assert not commands.look()
    assert get(engine, late.id).state == "expired"
    assert [len(one) for one in expired(engine)] == [500]


def test_an_order_that_no_message_can_carry_does_not_keep_the_others_back(
    engine: Engine, bus: Bus, commands: Commands, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    wrong, right = order(engine, clock, seconds=1e6), order(engine, clock, device_id="lamp", is_on=False, seconds=None)
    assert commands.look()
    assert [get(engine, one.id).state for one in (wrong, right)] == ["expired", "sent"]
    assert expired(engine) == ["not sent, no message can carry it; ordered by Anna: on for 1e+06 s"]


def test_panic_of_which_the_gallery_says_that_it_has_changed_is_rung_for(
    engine: Engine,
    house: Settings,
    bus: Bus,
    commands: Commands,
    clock: HeldClock,
    start_bus: Callable[[Bus], None],
) -> None:
    start_bus(bus)
    panics = [
        Event(new_id(), kind, None, None, "Anna", at, at, at, undecided_since=at)
        for kind, at in (("panic", NOON), ("device_active", NOON), ("panic", NOON - timedelta(minutes=2)))
    ]
    with engine.begin() as connection:
        event.add(connection, panics)
    with Ear(house, [EventNew]) as ear:
        for noun in ("links", "commands"):
            commands.changed(ConfigChanged.make(clock, "gallery", noun=noun))
        (told,) = ear.wait(EventNew)
    assert (told.event_id, told.kind) == (panics[0].id, "panic")
