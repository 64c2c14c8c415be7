from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
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


def note(engine: Engine, **said: Any) -> None:
    found = replace(get(engine), **said)
    do(engine, lambda connection: device.note(connection, [found]))


def happened(device_id: str | None = "door") -> Event:
    return Event(new_id(), "device_active", None, None, "active", NOON, NOON, NOON, device_id=device_id)


def test_a_device_is_on_no_longer_than_it_may_be(engine: Engine) -> None:
    register(engine)
    assert [get(engine).on_for(seconds) for seconds in (None, 30.0)] == [None, 30.0]
    do(engine, lambda connection: device.change(connection, "door", longest_on_s=20))
    assert [get(engine).on_for(seconds) for seconds in (None, 30.0, 5.0)] == [20, 20, 5.0]


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


def test_what_triggers_change_is_written_and_nothing_else(engine: Engine) -> None:
    register(engine)
    before = get(engine)
    said = {"active": True, "active_since": LATER, "detail": "x", "triggered_at": LATER, "last_seen_at": LATER}
    note(engine, **said, stale_since=NOON, name="Another", enabled=False)
    assert get(engine) == replace(before, **said, stale_since=NOON)  # type: ignore[arg-type]
    do(engine, lambda connection: device.note(connection, []))


def test_several_devices_are_locked_at_once_with_those_of_their_groups(engine: Engine) -> None:
    for name in ("door", "window", "cellar", "attic", "shed"):
        register(engine, name)
    with engine.begin() as connection:
        for name, group in (("door", "Ground floor"), ("window", "Ground floor"), ("attic", "Upstairs")):
            device.change(connection, name, group_name=group)
    locked = do(engine, lambda connection: device.lock_groups(connection, ["cellar", "door", "gate"]))
    assert list(locked) == ["cellar", "door", "window"]
    assert list(do(engine, lambda connection: device.lock_groups(connection, ["cellar"]))) == ["cellar"]


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
