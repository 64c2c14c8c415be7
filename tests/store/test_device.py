from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from services.core.ids import new_id
from services.store import config, device, event, forgetting
from services.store.device import Described, Device
from services.store.event import Event
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
DOOR = Described("Garage Door", "contact", "Garage", True, False)
LATER = NOON + timedelta(minutes=3)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def register(engine: Engine, device_id: str = "door", described: Described = DOOR) -> None:
    do(engine, lambda connection: device.register(connection, device_id, described, NOON))


def get(engine: Engine, device_id: str = "door") -> Device:
    found: Device = do(engine, lambda connection: device.find(connection, device_id))
    return found


def version(engine: Engine) -> int:
    return int(do(engine, lambda connection: config.version(connection, "devices")))


def trigger(engine: Engine, active: bool, at: datetime) -> None:
    found = get(engine)
    do(engine, lambda connection: device.triggered(connection, found, active, "x", at))


def happened(device_id: str | None = "door") -> Event:
    return Event(new_id(), "device_active", None, None, "active", NOON, NOON, NOON, device_id=device_id)


def test_a_device_begins_as_it_calls_itself_new_and_enabled(engine: Engine) -> None:
    register(engine)
    found = get(engine)
    assert (found.shown_name, found.described, found.is_new, found.enabled) == ("Garage Door", DOOR, True, True)
    assert (found.first_seen_at, found.last_seen_at, found.active, found.stale_since) == (NOON, NOON, None, None)
    assert found.stale_after == timedelta(seconds=300)


def test_a_name_that_people_gave_is_shown(engine: Engine) -> None:
    register(engine)
    do(engine, lambda connection: device.change(connection, "door", name="Big door", stale_after_s=60))
    assert (get(engine).shown_name, get(engine).stale_after) == ("Big door", timedelta(minutes=1))


def test_flows_are_told_of_each_change_and_of_no_word(engine: Engine) -> None:
    before = version(engine)
    register(engine)
    do(engine, lambda connection: device.describe(connection, "door", replace(DOOR, location="Yard")))
    assert get(engine).location == "Yard"
    do(engine, lambda connection: device.heard(connection, "door", LATER))
    do(engine, lambda connection: forgetting.begin(connection, "door", new_id(), NOON))
    assert version(engine) == before + 3


def test_new_ones_come_first_then_by_the_name_that_is_shown(engine: Engine) -> None:
    for device_id, called in (("a", "Bell"), ("b", "Alarm"), ("c", "Zoo"), ("d", "Cellar")):
        register(engine, device_id, replace(DOOR, called=called))
    do(engine, lambda connection: device.change(connection, "a", name="Aaron's bell", confirmed_at=NOON))
    do(engine, lambda connection: device.change(connection, "b", confirmed_at=NOON))
    assert [one.id for one in do(engine, device.all_devices)] == ["d", "c", "a", "b"]


def test_it_is_marked_stale_once_and_a_word_ends_that(engine: Engine) -> None:
    register(engine)
    assert do(engine, lambda connection: device.mark_stale(connection, "door", NOON, LATER))
    assert not do(engine, lambda connection: device.mark_stale(connection, "door", NOON, LATER))
    assert get(engine).stale_since == LATER
    do(engine, lambda connection: device.heard(connection, "door", LATER))
    assert (get(engine).stale_since, get(engine).last_seen_at) == (None, LATER)


def test_one_that_has_spoken_meanwhile_is_not_stale(engine: Engine) -> None:
    register(engine)
    do(engine, lambda connection: device.heard(connection, "door", LATER))
    assert not do(engine, lambda connection: device.mark_stale(connection, "door", NOON, LATER))


def test_it_is_active_since_it_became_so(engine: Engine) -> None:
    register(engine)
    for minute in (1, 2):
        trigger(engine, True, NOON + timedelta(minutes=minute))
    assert (get(engine).active, get(engine).active_since) == (True, NOON + timedelta(minutes=1))
    trigger(engine, False, LATER)
    assert (get(engine).active, get(engine).active_since, get(engine).triggered_at) == (False, LATER, LATER)


def test_its_events_are_counted_up_to_a_limit(engine: Engine) -> None:
    register(engine)
    do(engine, lambda connection: event.add(connection, [happened(), happened(), happened(None)]))
    assert do(engine, lambda connection: device.events(connection, "door", 10)) == 2
    assert do(engine, lambda connection: device.events(connection, "door", 1)) == 1


def test_an_event_is_found_as_it_was_written(engine: Engine) -> None:
    register(engine)
    made = happened()
    do(engine, lambda connection: event.add(connection, [made]))
    assert do(engine, lambda connection: event.find(connection, made.id)) == made
    assert do(engine, lambda connection: event.find(connection, new_id())) is None


@pytest.mark.parametrize(
    ("device_id", "described"),
    [
        ("Door", DOOR),
        ("door", replace(DOOR, called="")),
        ("door", replace(DOOR, kind="a kind")),
        ("door", replace(DOOR, is_input=False)),
    ],
)
def test_what_no_device_can_be_is_refused(engine: Engine, device_id: str, described: Described) -> None:
    with pytest.raises((IntegrityError, OperationalError)):
        register(engine, device_id, described)
