from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import channel, config, person
from services.store.person import Person
from tests.people import move_in, somebody, way
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
QUIET = [{"days": [1, 2], "from": "22:00", "to": "07:00"}]
CHOOSY = {
    "cameras": ["front-door"],
    "labels": ["person"],
    "zones": ["Porch"],
    "modes": ["away"],
    "happenings": ["panic"],
    "quiet": QUIET,
    "breaks_through": ["person"],
    "per_hour": 4,
}
ANNA, BEN = somebody("Anna", **CHOOSY), somebody("Ben")


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def add(engine: Engine, *people: Person) -> None:
    with engine.begin() as connection:
        for one in people:
            person.add(connection, one)


def version(engine: Engine) -> int:
    return int(do(engine, lambda connection: config.version(connection, "people")))


def test_people_are_read_back_by_name(engine: Engine) -> None:
    add(engine, BEN, ANNA)
    assert do(engine, person.all_people) == [ANNA, BEN]
    assert do(engine, lambda connection: person.find(connection, ANNA.id)) == ANNA
    assert do(engine, lambda connection: person.lock(connection, ANNA.id)) == ANNA
    assert do(engine, lambda connection: person.lock(connection, new_id())) is None


def test_a_change_keeps_the_mute_and_each_change_is_told(engine: Engine) -> None:
    before, until = version(engine), NOON + timedelta(hours=1)
    add(engine, ANNA)
    do(engine, lambda connection: person.mute(connection, ANNA.id, until))
    changed = replace(ANNA, name="Anne", labels=None)
    do(engine, lambda connection: person.change(connection, changed))
    assert do(engine, person.all_people) == [replace(changed, muted_until=until)]
    do(engine, lambda connection: person.remove(connection, ANNA.id))
    assert do(engine, person.all_people) == []
    assert version(engine) == before + 4


def test_a_mute_ends(engine: Engine) -> None:
    muted = replace(ANNA, muted_until=NOON)
    assert muted.is_muted(NOON - timedelta(seconds=1))
    assert not muted.is_muted(NOON)
    assert not ANNA.is_muted(NOON)


def test_two_cannot_have_one_name(engine: Engine) -> None:
    add(engine, ANNA)
    with pytest.raises(IntegrityError):
        add(engine, somebody("anna"))


def test_who_has_a_channel_that_is_switched_on_is_reachable(engine: Engine) -> None:
    with engine.begin() as connection:
        anna, ben = move_in(connection, "Anna", "email", "ntfy"), move_in(connection, "Ben")
        channel.add(connection, way(ben, enabled=False))
        assert person.reachable(connection) == {anna.id}


def test_the_channels_of_who_is_removed_go_too(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
        person.remove(connection, anna.id)
        assert channel.all_channels(connection) == {}
