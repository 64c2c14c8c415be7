import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.core.settings import Settings
from services.scribe.device_watch import LOOK_EVERY_S, DeviceWatch
from services.store import device
from services.store.device import Described
from services.store.engine import connect
from services.store.event import Event
from tests.ear import Ear
from tests.peers import MariaDb, Mosquitto, free_port, wait_until
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
DOOR = Described("Door", "contact", None, True, False)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


def watch_for(watch: DeviceWatch, clock: HeldClock, seconds: float) -> list[Event]:
    """Lets time pass in which the watch looks as often as it does; gives what it raised."""
    raised: list[Event] = []
    left = seconds
    while left > 0:
        clock.pass_by(min(left, LOOK_EVERY_S))
        left -= LOOK_EVERY_S
        raised += watch.look()
    return raised


def register(engine: Engine, device_id: str = "door", **more: Any) -> None:
    with engine.begin() as connection:
        device.register(connection, device_id, DOOR, NOON)
        device.change(connection, device_id, **{"enabled": True} | more)


def test_a_device_that_says_nothing_is_raised_once_and_rings(
    engine: Engine, house: Settings, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    register(engine)
    start_bus(bus)
    watch = DeviceWatch(engine, bus, clock)
    assert watch_for(watch, clock, 300) == []
    clock.pass_by(1)
    with Ear(house, [EventNew]) as ear:
        (raised,) = watch.look()
        (told,) = ear.wait(EventNew)
    assert (told.event_id, told.kind, told.device_id) == (raised.id, "device_stale", "door")
    assert raised.detail == "nothing heard for 5 minutes"
    assert watch_for(watch, clock, 360) == []


def test_each_has_its_own_limit(engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]) -> None:
    register(engine)
    register(engine, "meter", stale_after_s=600)
    register(engine, "bell", stale_after_s=30)
    start_bus(bus)
    watch = DeviceWatch(engine, bus, clock)
    assert [one.device_id for one in watch_for(watch, clock, 31)] == ["bell"]
    assert [one.device_id for one in watch_for(watch, clock, 270)] == ["door"]
    assert [one.device_id for one in watch_for(watch, clock, 400)] == ["meter"]


def test_time_before_its_own_start_does_not_count(
    engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    register(engine)
    start_bus(bus)
    clock.pass_by(9 * 3600)
    watch = DeviceWatch(engine, bus, clock)
    assert watch_for(watch, clock, 300) == []
    assert len(watch_for(watch, clock, 1)) == 1


@pytest.mark.parametrize("lose", ["pass_by", "jump"])
def test_time_in_which_the_machine_slept_or_by_which_the_clock_was_set_does_not_count(
    engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None], lose: str
) -> None:
    register(engine)
    start_bus(bus)
    watch = DeviceWatch(engine, bus, clock)
    watch_for(watch, clock, 100)
    getattr(clock, lose)(3600)
    assert watch.look() == []
    assert watch_for(watch, clock, 300) == []
    assert len(watch_for(watch, clock, 1)) == 1


def test_a_clock_that_is_put_back_hides_no_silence(
    engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    register(engine)
    start_bus(bus)
    watch = DeviceWatch(engine, bus, clock)
    clock.jump(-86400)
    assert watch.look() == []
    assert watch_for(watch, clock, 300) == []
    assert len(watch_for(watch, clock, 1)) == 1
    with engine.begin() as connection:
        device.heard(connection, "door", clock.now())
    assert watch_for(watch, clock, 300) == []


def test_time_without_a_broker_does_not_count(
    migrated: MariaDb, engine: Engine, clock: HeldClock, tmp_path: Path, start_bus: Callable[[Bus], None]
) -> None:
    register(engine)
    with Mosquitto(tmp_path) as broker:
        settings = migrated.settings(data_dir=tmp_path, mqtt_port=broker.port, mqtt_base_topic=f"t{new_id()[-12:]}")
        bus = Bus(settings, "scribe", clock)
        try:
            start_bus(bus)
            watch = DeviceWatch(engine, bus, clock)
            watch.look()
            broker.stop()
            wait_until(lambda: not bus.connected(), "the loss")
            clock.pass_by(301)
            assert watch.look() == []
            clock.pass_by(3600)
            broker.start()
            wait_until(bus.listening, "the broker's return")
            assert watch.look() == []
            assert len(watch_for(watch, clock, 301)) == 1
        finally:
            bus.stop()


def test_time_without_the_database_does_not_count(
    migrated: MariaDb, engine: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    register(engine)
    start_bus(bus)
    nowhere = connect(migrated.settings().model_copy(update={"db_port": free_port()}))
    watch = DeviceWatch(nowhere, bus, clock)
    clock.pass_by(301)
    stopping = threading.Event()
    looked = threading.Event()
    loop = threading.Thread(target=watch.keep_looking, args=(stopping, looked.set))
    loop.start()
    assert looked.wait(10)
    stopping.set()
    loop.join(30)
    nowhere.dispose()
    watch._engine = engine
    assert watch.look() == []
    assert len(watch_for(watch, clock, 301)) == 1
