from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.messages import EventNew
from services.core.settings import Settings
from services.scribe.device_limit import TRIGGERS_AT_ONCE, refused
from services.scribe.devices import Devices, ignored
from services.store import device
from services.store.device import Device
from services.store.engine import Away, connect
from services.store.tables import event
from tests.ear import Ear
from tests.peers import MariaDb, free_port
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def devices(engine: Engine, bus: Bus, clock: HeldClock) -> Devices:
    return Devices(engine, bus, clock)


def heartbeat(clock: HeldClock, device_id: str = "garage-door", **more: Any) -> DeviceHeartbeat:
    said = {"called": "Garage Door", "kind": "contact", "location": "Garage", "is_input": True, "is_output": False}
    return DeviceHeartbeat.make(clock, device_id, device_id=device_id, **said | more)


def trigger(clock: HeldClock, device_id: str = "garage-door", **more: Any) -> DeviceTrigger:
    said = {"active": True, "detail": None, "value": None, "happened_at": None}
    return DeviceTrigger.make(clock, device_id, device_id=device_id, **said | more)


def get(engine: Engine, device_id: str = "garage-door") -> Device:
    with engine.connect() as connection:
        found = device.find(connection, device_id)
    assert found
    return found


def happened(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(event).order_by(event.c.stored_at, event.c.id)))


def kinds(engine: Engine) -> list[str]:
    return [row.kind for row in happened(engine)]


def test_the_first_heartbeat_registers_a_device_and_is_one_event(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for _ in range(3):
        devices.heartbeat(heartbeat(clock))
        clock.pass_by(5)
    found = get(engine)
    assert (found.called, found.kind, found.location, found.is_new) == ("Garage Door", "contact", "Garage", True)
    assert (found.first_seen_at, found.last_seen_at) == (NOON, NOON + timedelta(seconds=10))
    (row,) = happened(engine)
    assert (row.kind, row.device_id, row.detail) == ("device_new", "garage-door", "Garage Door (contact) in Garage")


def test_a_heartbeat_never_triggers_and_keeps_what_people_set(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    with engine.begin() as connection:
        device.change(connection, "garage-door", name="Big door", confirmed_at=NOON)
    devices.heartbeat(heartbeat(clock, called="Door 2", location=None))
    found = get(engine)
    assert (found.shown_name, found.called, found.location, found.active) == ("Big door", "Door 2", None, None)


def test_a_trigger_becomes_an_event_and_rings_so_that_flows_see_it(
    engine: Engine, house: Settings, bus: Bus, devices: Devices, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    bus.subscribe(DeviceHeartbeat, devices.heartbeat)
    bus.subscribe(DeviceTrigger, devices.trigger)
    start_bus(bus)
    opened = NOON - timedelta(seconds=2)
    sent = trigger(clock, detail="wide open", value=3.5, happened_at=opened)
    with Ear(house, [EventNew]) as ear:
        ear.say(heartbeat(clock))
        ear.wait(EventNew)
        ear.say(sent)
        _, told = ear.wait(EventNew, 2)
    assert (told.event_id, told.kind, told.device_id) == (sent.id, "device_active", "garage-door")
    assert (told.detail, told.value, told.happened_at) == ("wide open", 3.5, opened)
    found = get(engine)
    assert (found.active, found.active_since, found.triggered_at, found.detail) == (True, opened, opened, "wide open")


def test_each_active_trigger_is_an_event_and_a_quiet_one_only_once(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    for active in (False, True, True, False, False):
        clock.pass_by(1)
        devices.trigger(trigger(clock, active=active))
    assert kinds(engine) == ["device_new", "device_active", "device_active", "device_quiet"]
    assert (get(engine).active, get(engine).active_since) == (False, NOON + timedelta(seconds=4))


def test_of_triggers_that_are_taken_together_each_follows_the_one_before(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for device_id in ("garage-door", "window"):
        devices.heartbeat(heartbeat(clock, device_id))
    with engine.begin() as connection:
        device.change(connection, "window", stale_since=NOON)
    opened = trigger(clock)
    before = counted("unknown device")
    devices.trigger(
        opened,
        trigger(clock, "gate"),
        trigger(clock, active=False),
        opened,
        trigger(clock, active=False),
        trigger(clock, "window"),
        trigger(clock, "window"),
    )
    happenings = [(row.device_id, row.kind) for row in happened(engine) if row.kind != "device_new"]
    assert sorted(happenings) == [
        ("garage-door", "device_active"),
        ("garage-door", "device_quiet"),
        ("window", "device_active"),
        ("window", "device_active"),
        ("window", "device_back"),
    ]
    assert (get(engine).active, get(engine, "window").active, counted("unknown device")) == (False, True, before + 1)


def test_the_first_of_a_group_and_the_last_are_told_also_of_one_batch(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for name in ("anna", "ben"):
        devices.heartbeat(heartbeat(clock, name))
        with engine.begin() as connection:
            device.change(connection, name, group_name="Phones")
    said = [("anna", True), ("ben", True), ("anna", False), ("ben", False), ("ben", True)]
    devices.trigger(*(trigger(clock, name, active=active) for name, active in said[:3]))
    devices.trigger(*(trigger(clock, name, active=active) for name, active in said[3:]))
    told = [row.of_group for row in happened(engine) if row.kind in ("device_active", "device_quiet")]
    assert sorted(told, key=str) == [None, None, "first", "first", "last"]
    assert [row.of_group for row in happened(engine) if row.kind == "device_quiet" and row.device_id == "ben"] == [
        "last"
    ]


def test_what_rules_have_to_say_something_of_waits_for_that(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.heartbeat(heartbeat(clock))
    devices.trigger(trigger(clock))
    devices.trigger(trigger(clock, active=False))
    waiting = {row.kind: row.undecided_since for row in happened(engine)}
    assert waiting == {"device_new": None, "device_active": NOON, "device_quiet": NOON}


def test_a_trigger_that_comes_twice_is_one_event_and_rings_twice(
    engine: Engine, house: Settings, bus: Bus, devices: Devices, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    sent = trigger(clock)
    with Ear(house, [EventNew]) as ear:
        devices.heartbeat(heartbeat(clock))
        devices.trigger(sent)
        devices.trigger(trigger(clock, active=False))
        devices.trigger(sent)
        told = ear.wait(EventNew, 4)
    assert [one.event_id for one in told].count(sent.id) == 2
    assert kinds(engine).count("device_active") == 1
    assert get(engine).active is False


def counted(why: str) -> float:
    return float(ignored.labels(why)._value.get())


def test_a_quiet_trigger_that_comes_again_after_an_active_one_closes_nothing(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    quiet = trigger(clock, active=False)
    clock.pass_by(1)
    active = trigger(clock)
    for one in (quiet, active, quiet, active):
        devices.trigger(one)
    assert get(engine).active
    assert kinds(engine).count("device_quiet") == 0


def test_a_trigger_of_an_unknown_device_is_ignored_and_counted(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    before = counted("unknown device")
    devices.trigger(trigger(clock))
    assert counted("unknown device") == before + 1
    assert happened(engine) == []


def test_a_trigger_from_the_future_is_ignored_counted_and_no_sign_of_life(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    clock.pass_by(200)
    before = counted("from the future")
    devices.trigger(trigger(HeldClock(clock.now() + timedelta(seconds=121))))
    assert counted("from the future") == before + 1
    assert (kinds(engine), get(engine).active, get(engine).last_seen_at) == (["device_new"], None, NOON)


def test_what_waited_while_nobody_listened_is_written_down_and_waits_for_its_ruling(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    opened = trigger(clock)
    clock.pass_by(600)
    devices.trigger(opened)
    last = happened(engine)[-1]
    assert (last.kind, last.happened_at, last.undecided_since) == ("device_active", NOON, clock.now())
    assert (get(engine).active, get(engine).active_since) == (True, NOON)


def test_a_late_trigger_says_nothing_of_how_its_device_is_now(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    opened = trigger(clock)
    clock.pass_by(60)
    devices.trigger(trigger(clock))
    devices.trigger(trigger(clock, active=False))
    devices.trigger(opened)
    assert kinds(engine).count("device_active") == 2
    assert get(engine).active is False


def test_what_a_disabled_device_reports_is_written_down_and_says_so(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    with engine.begin() as connection:
        device.change(connection, "garage-door", enabled=False)
    clock.pass_by(1)
    devices.trigger(trigger(clock))
    assert happened(engine)[-1].detail == "open (the device is switched off here)"


@pytest.mark.parametrize("word", [heartbeat, trigger])
def test_the_next_word_of_a_stale_device_says_that_it_is_back(
    engine: Engine, devices: Devices, clock: HeldClock, word: Callable[[HeldClock], Any]
) -> None:
    devices.heartbeat(heartbeat(clock))
    with engine.begin() as connection:
        device.mark_stale(connection, "garage-door", NOON, NOON + timedelta(minutes=5))
    clock.pass_by(400)
    for _ in range(2):
        message = word(clock)
        (devices.trigger if isinstance(message, DeviceTrigger) else devices.heartbeat)(message)
        clock.pass_by(1)
    assert kinds(engine).count("device_back") == 1
    assert get(engine).stale_since is None


def flooding(engine: Engine) -> list[datetime]:
    return [row.happened_at for row in happened(engine) if row.kind == "device_flooding"]


def test_a_device_that_floods_is_held_back_told_of_once_a_day_and_starves_nobody(
    engine: Engine, bus: Bus, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    devices.heartbeat(heartbeat(clock, "window"))
    before = refused.labels("triggers too fast")._value.get()
    for _ in range(1000):
        devices.trigger(trigger(clock))
    devices.trigger(trigger(clock, "window"))
    assert refused.labels("triggers too fast")._value.get() == before + 1000 - TRIGGERS_AT_ONCE
    assert kinds(engine).count("device_active") == TRIGGERS_AT_ONCE + 1
    assert get(engine, "window").active
    restarted = Devices(engine, bus, clock)
    for _ in range(TRIGGERS_AT_ONCE + 1):
        restarted.trigger(trigger(clock))
    assert flooding(engine) == [NOON]
    clock.pass_by(86400)
    for _ in range(TRIGGERS_AT_ONCE + 1):
        restarted.trigger(trigger(clock))
    assert flooding(engine) == [NOON, NOON + timedelta(days=1)]


def test_one_heartbeat_sent_over_and_over_is_a_flood_too_where_no_more_devices_may_come(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for number in range(50):
        devices.heartbeat(heartbeat(clock, f"door-{number}"))
    before = refused.labels("heartbeats too fast")._value.get()
    sent = heartbeat(clock)
    for _ in range(15):
        devices.heartbeat(sent)
    assert refused.labels("heartbeats too fast")._value.get() == before + 5


def test_a_flood_of_an_unknown_device_writes_nothing(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    for _ in range(100):
        devices.trigger(trigger(clock))
    assert happened(engine) == []


def test_after_a_restart_made_up_devices_do_not_shut_a_known_one_out(
    engine: Engine, bus: Bus, devices: Devices, clock: HeldClock
) -> None:
    devices.heartbeat(heartbeat(clock))
    restarted = Devices(engine, bus, clock)
    for number in range(600):
        restarted.trigger(trigger(clock, f"made-up-{number}"))
    restarted.trigger(trigger(clock))
    assert get(engine).active


@pytest.fixture
def cut_off(migrated: MariaDb, engine: Engine, devices: Devices) -> Iterator[Callable[[Callable[[], None], int], None]]:
    """Makes a handler try while the database is away, as the bus does."""
    nowhere = connect(migrated.settings().model_copy(update={"db_port": free_port()}))

    def try_in_vain(handle: Callable[[], None], times: int) -> None:
        devices._engine = nowhere
        for _ in range(times):
            with pytest.raises(Away):
                handle()
        devices._engine = engine

    yield try_in_vain
    nowhere.dispose()


def test_a_trigger_that_waits_for_the_database_neither_grows_old_nor_uses_up_its_devices_turns(
    engine: Engine, devices: Devices, clock: HeldClock, cut_off: Callable[[Callable[[], None], int], None]
) -> None:
    devices.heartbeat(heartbeat(clock))
    sent = trigger(clock)

    def handle() -> None:
        clock.pass_by(0.5)
        devices.trigger(sent)

    cut_off(handle, 2 * TRIGGERS_AT_ONCE)
    devices.trigger(sent)
    assert [row.id for row in happened(engine)][1:] == [sent.id]


def test_a_heartbeat_that_waits_for_the_database_does_not_use_up_its_devices_turns(
    engine: Engine, devices: Devices, clock: HeldClock, cut_off: Callable[[Callable[[], None], int], None]
) -> None:
    devices.heartbeat(heartbeat(clock))
    sent = heartbeat(clock, called="Big Door")
    cut_off(lambda: devices.heartbeat(sent), 30)
    devices.heartbeat(sent)
    assert get(engine).called == "Big Door"


def test_one_message_sent_over_and_over_is_a_flood_too(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.heartbeat(heartbeat(clock))
    before = refused.labels("triggers too fast")._value.get()
    sent = trigger(clock)
    for _ in range(TRIGGERS_AT_ONCE + 7):
        devices.trigger(sent)
    assert refused.labels("triggers too fast")._value.get() == before + 7


def test_devices_that_are_made_up_do_not_fill_the_database(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    for number in range(60):
        devices.heartbeat(heartbeat(clock, f"door-{number}"))
    with engine.connect() as connection:
        assert len(device.all_devices(connection)) == 50
