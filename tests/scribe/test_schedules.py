from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.ids import new_id
from services.core.mode_messages import ConfigSchedules
from services.core.settings import Settings
from services.scribe.schedules import Schedules
from services.store import schedule
from services.store.schedule import Schedule
from tests.ear import Ear

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
CLOCK = SystemClock()
WINDOWS = [{"days": [1, 7], "from": "22:00", "to": "sunrise+01:00"}]
EXCEPTIONS = [{"date": "2026-12-24", "windows": [{"from": "18:00", "to": "20:00"}]}]
NIGHTS = Schedule(new_id(), "Nights", WINDOWS, EXCEPTIONS, True, "night", None)


@pytest.fixture
def schedules(engine: Engine, bus: Bus, house: Settings, start_bus: Callable[[Bus], None]) -> Schedules:
    start_bus(bus)
    place = house.model_copy(update={"time_zone": "Europe/Rome", "latitude": 41.9, "longitude": 12.5})
    return Schedules(engine, bus, CLOCK, place)


def add(engine: Engine, one: Schedule) -> None:
    with engine.begin() as connection:
        schedule.add(connection, one)


def test_flows_learn_the_schedules_and_where_the_house_is(
    schedules: Schedules, engine: Engine, house: Settings
) -> None:
    add(engine, NIGHTS)
    with Ear(house, [ConfigSchedules]) as ear:
        assert schedules.look()
        (told,) = ear.wait(ConfigSchedules)
    assert (told.zone, told.latitude, told.longitude) == ("Europe/Rome", 41.9, 12.5)
    (one,) = told.schedules
    assert one.model_dump() == {"id": NIGHTS.id, **NIGHTS.values()}
    assert not schedules.look()


def test_a_change_is_told(schedules: Schedules, engine: Engine) -> None:
    assert schedules.look()
    add(engine, NIGHTS)
    assert schedules.look()


def test_a_schedule_that_no_message_can_carry_keeps_no_other_from_being_told(
    schedules: Schedules, engine: Engine, house: Settings
) -> None:
    add(engine, NIGHTS)
    add(engine, replace(NIGHTS, id=new_id(), name="Odd", windows=[{"days": [1], "from": "25:00", "to": "06:00"}]))
    with Ear(house, [ConfigSchedules]) as ear:
        assert schedules.look()
        (told,) = ear.wait(ConfigSchedules)
    assert [one.name for one in told.schedules] == ["Nights"]
