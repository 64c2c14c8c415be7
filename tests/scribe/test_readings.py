"""What meters read: a row each time, and an event when one goes beyond its limits or comes back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from services.core.bus import Bus
from services.core.device_messages import DeviceHeartbeat, DeviceReading
from services.core.ids import new_id
from services.core.messages import EventNew
from services.core.settings import Settings
from services.scribe.devices import Devices, ignored
from services.scribe.forgetter import Forgetter
from services.store import device, forgetting, meter
from services.store.account_tables import user
from services.store.device import Device
from services.store.device_tables import reading
from services.store.meter import Meter
from services.store.tables import event
from tests.ear import Ear
from tests.peers import wait_until
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
ID = "power-meter"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def devices(engine: Engine, bus: Bus, clock: HeldClock) -> Devices:
    """With one meter that has registered itself."""
    made = Devices(engine, bus, clock)
    said: dict[str, Any] = {"called": "Power", "kind": "meter", "location": None, "is_input": True, "is_output": False}
    made.heartbeat(DeviceHeartbeat.make(clock, ID, device_id=ID, **said))
    return made


def read(clock: HeldClock, register: float | None = None, **more: Any) -> DeviceReading:
    said = {"device_id": ID, "register": register, "last_minute": None, "happened_at": None}
    return DeviceReading.make(clock, ID, **said | more)


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(reading).order_by(reading.c.at)))


def details(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        query = select(event.c.kind, event.c.detail).where(event.c.kind != "device_new").order_by(event.c.stored_at)
        return [(row.kind, row.detail) for row in connection.execute(query)]


def the_meter(engine: Engine) -> Meter:
    with engine.connect() as connection:
        return meter.all_meters(connection)[ID]


def the_device(engine: Engine) -> Device:
    with engine.connect() as connection:
        found = device.find(connection, ID)
    assert found
    return found


def limited(engine: Engine, **fields: Any) -> None:
    with engine.begin() as connection:
        meter.change(connection, ID, **{"factor": 10, "unit": "kW", "digits": 1} | fields)


def test_the_first_reading_makes_the_meter_and_each_is_a_row(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for register in (100, 101.5):
        devices.reading(read(clock, register, last_minute=1.5))
        clock.pass_by(60)
    assert the_meter(engine) == Meter(ID, "register")
    kept = [(NOON, 100, 1.5), (NOON + timedelta(minutes=1), 101.5, 1.5)]
    assert [(row.at, row.register, row.last_minute) for row in rows(engine)] == kept
    assert (the_device(engine).active, details(engine)) == (None, [])


def test_a_meter_that_tells_no_register_shows_its_last_minute(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    devices.reading(read(clock, last_minute=12))
    assert the_meter(engine).shows == "last_minute"


def test_beyond_its_limits_it_is_active_and_within_them_it_is_quiet_again(
    engine: Engine, house: Settings, bus: Bus, devices: Devices, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    bus.subscribe(DeviceReading, devices.reading)
    start_bus(bus)
    devices.reading(read(clock, 50))
    limited(engine, high=10)
    over = []
    with Ear(house, [EventNew]) as ear:
        for register in (125, 130, 95, 90):
            clock.pass_by(60)
            over.append(read(clock, register))
            ear.say(over[-1])
            wait_until(lambda: len(rows(engine)) == 1 + len(over), "the row")
        told = ear.wait(EventNew, 2)
    assert [(one.event_id, one.kind, one.detail) for one in told] == [
        (over[0].id, "device_active", "12.5 kW is over 10 kW"),
        (over[2].id, "device_quiet", "9.5 kW is within its limits"),
    ]
    assert (told[0].value, told[0].device_id) == (12.5, ID)
    assert (the_device(engine).active, the_device(engine).active_since) == (False, NOON + timedelta(minutes=3))


def test_a_limit_of_nought_works(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.reading(read(clock, 0))
    limited(engine, high=0)
    clock.pass_by(1)
    devices.reading(read(clock, 0))
    clock.pass_by(1)
    devices.reading(read(clock, 1))
    assert details(engine) == [("device_active", "0.1 kW is over 0 kW")]


def test_what_comes_late_is_kept_and_raises_nothing(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.reading(read(clock, 50))
    limited(engine, high=10)
    devices.reading(read(clock, 500, happened_at=NOON - timedelta(hours=3)))
    assert (len(rows(engine)), details(engine), the_device(engine).active) == (2, [], None)


def test_a_reading_that_comes_twice_is_one_row_and_one_event_and_rings_twice(
    engine: Engine, house: Settings, bus: Bus, devices: Devices, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    start_bus(bus)
    devices.reading(read(clock, 50))
    limited(engine, high=10)
    clock.pass_by(60)
    sent = read(clock, 125)
    with Ear(house, [EventNew]) as ear:
        devices.reading(sent)
        devices.reading(sent)
        told = ear.wait(EventNew, 2)
    assert [one.event_id for one in told] == [sent.id, sent.id]
    assert (len(rows(engine)), len(details(engine))) == (2, 1)


def test_a_reading_of_an_unknown_device_is_ignored_and_counted(engine: Engine, bus: Bus, clock: HeldClock) -> None:
    before = ignored.labels("unknown device")._value.get()
    Devices(engine, bus, clock).reading(read(clock, 5))
    assert ignored.labels("unknown device")._value.get() == before + 1
    assert rows(engine) == []


def test_the_register_that_was_asked_for_is_awaited(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.reading(read(clock, 1000))
    with engine.begin() as connection:
        meter.ask(connection, ID, 5, 1000, clock.now())
    assert the_meter(engine).is_awaiting
    for register in (1001, 6):
        assert the_meter(engine).reset_done_at is None
        clock.pass_by(60)
        devices.reading(read(clock, register))
    assert the_meter(engine).reset_done_at == NOON + timedelta(minutes=2)


def test_one_that_is_switched_off_says_so(engine: Engine, devices: Devices, clock: HeldClock) -> None:
    devices.reading(read(clock, 50))
    limited(engine, high=10)
    with engine.begin() as connection:
        device.change(connection, ID, enabled=False)
    clock.pass_by(60)
    devices.reading(read(clock, 125))
    assert details(engine) == [("device_active", "12.5 kW is over 10 kW (the device is switched off here)")]


def test_a_meter_that_is_forgotten_takes_its_readings_with_it(
    engine: Engine, devices: Devices, clock: HeldClock
) -> None:
    for register in (1, 2):
        devices.reading(read(clock, register))
        clock.pass_by(1)
    with engine.begin() as connection:
        person = {"id": new_id(), "name": "Anna", "password_hash": "$argon2id$", "role": "owner", "session_epoch": 1}
        connection.execute(insert(user).values(**person, created_at=NOON))
        forgetting.begin(connection, ID, str(person["id"]), NOON)
        assert forgetting.delete_some(connection, ID, 2) == 2
    Forgetter(engine, clock).look(threading.Event(), lambda: None)
    with engine.connect() as connection:
        assert (rows(engine), meter.all_meters(connection), device.count(connection)) == ([], {}, 0)
