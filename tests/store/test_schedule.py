from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import camera, config, schedule
from services.store.schedule import Schedule, User
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
WINDOWS = [{"days": [1, 7], "from": "22:00", "to": "sunrise+01:00"}]
EXCEPTIONS = [{"date": "2026-12-24", "windows": []}]
NIGHTS = Schedule(new_id(), "Nights", WINDOWS, EXCEPTIONS, True, "night", None)
DARK = Schedule(new_id(), "Dark", WINDOWS, [], False, None, None)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def add(engine: Engine, *schedules: Schedule) -> None:
    with engine.begin() as connection:
        for one in schedules:
            schedule.add(connection, one)


def version(engine: Engine, noun: str = "schedules") -> int:
    return int(do(engine, lambda connection: config.version(connection, noun)))


def test_what_was_written_is_read_back_by_name(engine: Engine) -> None:
    add(engine, NIGHTS, DARK)
    assert do(engine, schedule.all_schedules) == [DARK, NIGHTS]
    assert do(engine, lambda connection: schedule.find(connection, NIGHTS.id)) == NIGHTS
    assert do(engine, lambda connection: schedule.find(connection, new_id())) is None


def test_one_that_is_switched_off_or_not_there_is_not_enabled(engine: Engine) -> None:
    add(engine, NIGHTS, DARK)
    enabled = [do(engine, partial(schedule.is_enabled, schedule_id=one)) for one in (NIGHTS.id, DARK.id, new_id())]
    assert enabled == [True, False, False]


def test_flows_are_told_of_each_change(engine: Engine) -> None:
    before = version(engine)
    add(engine, NIGHTS)
    changed = replace(NIGHTS, name="Late", enabled=False)
    do(engine, lambda connection: schedule.change(connection, changed))
    assert do(engine, schedule.all_schedules) == [changed]
    do(engine, lambda connection: schedule.remove(connection, NIGHTS.id))
    assert do(engine, schedule.all_schedules) == []
    assert version(engine) == before + 3


def test_two_cannot_have_one_name_and_none_sets_a_mode_that_is_not_there(engine: Engine) -> None:
    add(engine, NIGHTS)
    with pytest.raises(IntegrityError):
        add(engine, replace(DARK, name="nights"))
    with pytest.raises(IntegrityError):
        add(engine, replace(DARK, mode_id="party"))


def test_cameras_of_a_schedule_that_is_removed_alert_at_any_time(engine: Engine) -> None:
    add(engine, NIGHTS)
    with engine.begin() as connection:
        ids = [camera.register(connection, name, NOON) for name in ("Gate", "Door", "Yard")]
        for camera_id in ids[:2]:
            camera.change(connection, camera_id, schedule_id=NIGHTS.id)
    going = [User("cameras", "door", "Door", NIGHTS.id), User("cameras", "gate", "Gate", NIGHTS.id)]
    assert do(engine, schedule.users) == going
    before = version(engine, "cameras")
    assert do(engine, lambda connection: schedule.remove(connection, NIGHTS.id)) == going
    assert do(engine, schedule.users) == []
    assert do(engine, lambda connection: camera.find(connection, "gate")).schedule_id is None
    assert version(engine, "cameras") == before + 1
