from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import SystemClock
from services.core.person_messages import ConfigPeople
from services.core.settings import Settings
from services.scribe.people import People
from tests.ear import Ear
from tests.people import move_in

pytestmark = [pytest.mark.mariadb, pytest.mark.mosquitto]
QUIET = [{"days": [1, 7], "from": "22:00", "to": "07:00"}]


@pytest.fixture
def people(engine: Engine, bus: Bus, start_bus: Callable[[Bus], None]) -> People:
    start_bus(bus)
    return People(engine, bus, SystemClock())


def test_flows_learn_who_wants_to_be_told_of_what_and_no_address(
    people: People, engine: Engine, house: Settings
) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email", labels=["person"], quiet=QUIET, per_hour=4)
        move_in(connection, "Ben")
    with Ear(house, [ConfigPeople]) as ear:
        assert people.look()
        (told,) = ear.wait(ConfigPeople)
    first, second = told.people
    assert (first.id, first.name, first.labels, first.cameras, first.per_hour) == (anna.id, "Anna", ["person"], None, 4)
    assert (first.reachable, second.reachable) == (True, False)
    assert first.model_dump()["quiet"] == QUIET
    assert "example.org" not in told.model_dump_json()
    assert not people.look()


def test_a_change_is_told(people: People, engine: Engine) -> None:
    assert people.look()
    with engine.begin() as connection:
        move_in(connection, "Anna")
    assert people.look()


def test_a_person_that_no_message_can_carry_keeps_no_other_from_being_told(
    people: People, engine: Engine, house: Settings
) -> None:
    with engine.begin() as connection:
        move_in(connection, "Anna")
        move_in(connection, "Odd", quiet=[{"days": [1], "from": "25:00", "to": "06:00"}])
    with Ear(house, [ConfigPeople]) as ear:
        assert people.look()
        (told,) = ear.wait(ConfigPeople)
    assert [one.name for one in told.people] == ["Anna"]
