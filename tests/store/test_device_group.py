import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import config, device_group, schedule
from services.store.schedule import Schedule, User

pytestmark = pytest.mark.mariadb
NIGHTS = Schedule(new_id(), "Nights", [], [], True, None, None)
DAYS = Schedule(new_id(), "Days", [], [], True, None, None)


@pytest.fixture(autouse=True)
def schedules(engine: Engine) -> None:
    with engine.begin() as connection:
        for one in (NIGHTS, DAYS):
            schedule.add(connection, one)


def test_a_group_goes_by_one_schedule_by_another_or_by_none_and_flows_are_told(engine: Engine) -> None:
    with engine.begin() as connection:
        before = config.version(connection, "devices")
        device_group.put(connection, "Yard", NIGHTS.id)
        device_group.put(connection, "yard", DAYS.id)
        assert device_group.schedules(connection) == {"Yard": NIGHTS.id, "yard": DAYS.id}
        device_group.put(connection, "Yard", DAYS.id)
        assert device_group.schedules(connection)["Yard"] == DAYS.id
        device_group.put(connection, "Yard", None)
        assert device_group.schedules(connection) == {"yard": DAYS.id}
        assert config.version(connection, "devices") == before + 4


def test_a_schedule_that_is_not_there_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(IntegrityError):
        device_group.put(connection, "Yard", new_id())


def test_a_group_whose_schedule_is_removed_goes_by_none(engine: Engine) -> None:
    with engine.begin() as connection:
        device_group.put(connection, "Yard", NIGHTS.id)
        going = [User("groups", "Yard", "Yard", NIGHTS.id)]
        assert schedule.users(connection) == going
        assert schedule.remove(connection, NIGHTS.id) == going
        assert device_group.schedules(connection) == {}
