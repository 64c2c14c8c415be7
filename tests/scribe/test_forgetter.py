import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select

from services.core.bus import Bus
from services.core.device_messages import DeviceHeartbeat
from services.core.ids import new_id
from services.core.messages import ConfigChanged
from services.scribe.devices import Devices
from services.scribe.forgetter import Forgetter
from services.store import device, event, forgetting
from services.store.account_tables import audit, user
from services.store.device import Described
from services.store.event import Event
from services.store.tables import event as event_table
from tests.peers import wait_until
from tests.pictures import NOON, HeldClock

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
NOBODY = threading.Event()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """A door with many events, which somebody wants forgotten."""
    person = {"id": new_id(), "name": "Anna", "password_hash": "$argon2id$", "role": "owner", "session_epoch": 1}
    made = [
        Event(new_id(), "device_active", None, None, "x", NOON, NOON, NOON, device_id="door") for _ in range(12_345)
    ]
    with engine.begin() as connection:
        connection.execute(insert(user).values(**person, created_at=NOON))
        device.register(connection, "door", Described("Door", "contact", None, True, False), NOON)
        event.add(connection, made)
        forgetting.begin(connection, "door", str(person["id"]), NOON)
    return engine


def heartbeat(clock: HeldClock) -> DeviceHeartbeat:
    said: dict[str, Any] = {"called": "Door", "kind": "contact", "location": None, "is_input": True, "is_output": False}
    return DeviceHeartbeat.make(clock, "door", device_id="door", **said)


def events(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(event_table)).scalar_one())


def test_a_device_with_many_events_is_forgotten_step_by_step(begun: Engine, clock: HeldClock) -> None:
    left: list[int] = []
    Forgetter(begun, clock).look(NOBODY, lambda: left.append(events(begun)))
    assert left == [12_345 - forgetting.AT_ONCE, 12_345 - 2 * forgetting.AT_ONCE]
    with begun.connect() as connection:
        (told,) = connection.execute(select(audit))
        assert device.count(connection) == 0
    assert (told.action, told.before_json["events"]) == ("device.forget", 12_345)


def test_stopped_in_between_it_goes_on_after_a_restart(begun: Engine, clock: HeldClock) -> None:
    stopping = threading.Event()
    Forgetter(begun, clock).look(stopping, stopping.set)
    assert events(begun) == 12_345 - forgetting.AT_ONCE
    Forgetter(begun, clock).look(NOBODY, lambda: None)
    assert events(begun) == 0


def test_one_that_cannot_be_forgotten_keeps_no_other_from_it(begun: Engine, clock: HeldClock) -> None:
    with begun.begin() as connection:
        device.register(connection, "bell", Described("Bell", "button", None, True, False), NOON)
        forgetting.begin(connection, "bell", "of nobody", NOON - timedelta(hours=1))
    Forgetter(begun, clock).look(NOBODY, lambda: None)
    assert [one.device_id for one in _begun(begun)] == ["bell"]


def test_it_begins_at_once_when_the_gallery_rings(begun: Engine, clock: HeldClock) -> None:
    forgetter, stopping, looked = Forgetter(begun, clock), threading.Event(), threading.Event()
    with begun.begin() as connection:
        (one,) = forgetting.begun(connection)
        while not forgetting.finish(connection, one, NOON):
            pass
    loop = threading.Thread(target=forgetter.keep_looking, args=(stopping, looked.set))
    loop.start()
    assert looked.wait(10)
    with begun.begin() as connection:
        device.register(connection, "door", Described("Door", "contact", None, True, False), NOON)
        forgetting.begin(connection, "door", one.user_id, NOON)
    forgetter.changed(ConfigChanged.make(clock, "gallery", noun="devices"))
    wait_until(lambda: not _begun(begun), "the end of the device", 5)
    stopping.set()
    forgetter.changed(ConfigChanged.make(clock, "gallery", noun="devices"))
    loop.join(10)


def _begun(engine: Engine) -> list[forgetting.Forgetting]:
    with engine.connect() as connection:
        return forgetting.begun(connection)


def test_a_device_that_speaks_while_it_is_forgotten_is_new_when_that_is_done(
    begun: Engine, bus: Bus, clock: HeldClock, start_bus: Callable[[Bus], None]
) -> None:
    devices = Devices(begun, bus, clock)
    devices.heartbeat(heartbeat(clock))
    assert events(begun) == 12_345
    Forgetter(begun, clock).look(NOBODY, lambda: None)
    clock.pass_by(60)
    devices.heartbeat(heartbeat(clock))
    assert events(begun) == 1
