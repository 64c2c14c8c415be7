from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import device, event, forgetting, timeline
from services.store.account_tables import audit, user
from services.store.device import Described
from services.store.device_tables import device as device_table
from services.store.event import Event
from services.store.forgetting import Forgetting
from services.store.tables import event as event_table
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
DOOR = Described("Garage Door", "contact", "Garage", True, False)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def happened(device_id: str | None) -> Event:
    return Event(new_id(), "device_active", None, None, "open", NOON, NOON, NOON, device_id=device_id)


def owner(engine: Engine) -> str:
    person = {"id": new_id(), "name": "Anna", "password_hash": "$argon2id$", "role": "owner", "session_epoch": 1}
    do(engine, lambda connection: connection.execute(insert(user).values(**person, created_at=NOON)))
    return str(person["id"])


def begun(engine: Engine, events: int, user_id: str = "") -> Forgetting:
    do(engine, lambda connection: device.register(connection, "door", DOOR, NOON))
    do(engine, lambda connection: event.add(connection, [happened("door") for _ in range(events)] + [happened(None)]))
    do(engine, lambda connection: forgetting.begin(connection, "door", user_id or new_id(), NOON))
    (one,) = do(engine, forgetting.begun)
    assert isinstance(one, Forgetting)
    return one


def left(engine: Engine) -> list[str | None]:
    return list(do(engine, lambda connection: connection.scalars(select(event_table.c.device_id)).all()))


def test_one_that_is_being_forgotten_is_seen_nowhere_before_anything_is_deleted(engine: Engine) -> None:
    begun(engine, events=3)
    assert do(engine, lambda connection: device.find(connection, "door")) is None
    assert do(engine, lambda connection: device.lock(connection, "door")) is None
    assert do(engine, device.all_devices) == []
    shown = do(engine, lambda connection: timeline.older(connection, None, (), None, 10))
    assert [row.device_id for row in shown] == [None]
    assert len(left(engine)) == 4


def test_its_events_are_deleted_some_at_a_time_and_nobody_elses(engine: Engine) -> None:
    begun(engine, events=5)
    assert [do(engine, lambda connection: forgetting.delete_some(connection, "door", 2)) for _ in range(4)] == [
        2,
        2,
        1,
        0,
    ]
    assert left(engine) == [None]


def test_the_audit_is_written_with_the_end_of_the_device(engine: Engine) -> None:
    user_id = owner(engine)
    one = begun(engine, events=5, user_id=user_id)
    do(engine, lambda connection: forgetting.delete_some(connection, "door", 3))
    assert do(engine, lambda connection: connection.scalars(select(audit.c.id)).all()) == []
    assert do(engine, lambda connection: forgetting.finish(connection, one, NOON))
    row = do(engine, lambda connection: connection.execute(select(audit)).one())
    assert (row.action, row.noun_id, row.user_id, row.after_json) == ("device.forget", "door", user_id, None)
    assert (row.before_json["called"], row.before_json["events"]) == ("Garage Door", 5)
    assert do(engine, lambda connection: connection.scalars(select(device_table.c.id)).all()) == []
    assert do(engine, forgetting.begun) == []


def test_one_with_too_many_events_left_is_not_ended_yet(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    one = begun(engine, events=3)
    monkeypatch.setattr(forgetting, "AT_ONCE", 5000)
    monkeypatch.setattr(forgetting, "delete_some", lambda connection, device_id: forgetting.AT_ONCE)
    assert not do(engine, lambda connection: forgetting.finish(connection, one, NOON))
    assert do(engine, forgetting.begun) == [one]


def test_it_is_asked_for_once(engine: Engine) -> None:
    begun(engine, events=0)
    with pytest.raises(IntegrityError):
        do(engine, lambda connection: forgetting.begin(connection, "door", new_id(), NOON))
