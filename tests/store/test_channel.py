from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import channel, config
from services.store.channel import Channel
from services.store.person import Person
from tests.people import move_in, somebody, way
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def kinds(connection: Connection, one: Person) -> list[str]:
    return [way.kind for way in channel.of(connection, one.id)]


def test_channels_stand_in_the_order_in_which_they_came(engine: Engine) -> None:
    with engine.begin() as connection:
        anna, ben = move_in(connection, "Anna", "telegram", "email"), move_in(connection, "Ben", "ntfy")
        found = channel.all_channels(connection)
    assert [one.kind for one in found[anna.id]] == ["telegram", "email"]
    assert [one.place for one in found[anna.id]] == [0, 1]
    assert [one.kind for one in found[ben.id]] == ["ntfy"]


def test_they_are_put_into_another_order_and_none_is_lost(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "telegram", "email", "ntfy")
        known = {one.kind: one.id for one in channel.of(connection, anna.id)}
        channel.reorder(connection, anna.id, [known["ntfy"], new_id(), known["telegram"]])
        assert kinds(connection, anna) == ["ntfy", "telegram", "email"]


def test_the_ways_to_a_person_are_those_that_are_switched_on(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "telegram", "email", "ntfy")
        first, second, third = channel.of(connection, anna.id)
        channel.change(connection, replace(second, enabled=False))
        assert channel.ways(connection, anna.id) == [first, third]


def test_nobody_can_reorder_another_ones(engine: Engine) -> None:
    with engine.begin() as connection:
        anna, ben = move_in(connection, "Anna", "telegram"), move_in(connection, "Ben", "email", "ntfy")
        theirs = channel.of(connection, ben.id)
        channel.reorder(connection, anna.id, [theirs[1].id])
        assert kinds(connection, ben) == ["email", "ntfy"]


def test_a_changed_channel_has_to_be_tested_anew(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna", "email")
        (one,) = channel.of(connection, anna.id)
        channel.tried(connection, one.id, NOON + timedelta(hours=1), "the server said no")
        tested = channel.find(connection, one.id)
        channel.change(connection, replace(one, address="other@example.org", shown="o…@example.org", enabled=False))
        changed = channel.find(connection, one.id)
    assert isinstance(tested, Channel)
    assert (tested.tried_at, tested.tried_error) == (NOON + timedelta(hours=1), "the server said no")
    assert changed == replace(one, address="other@example.org", shown="o…@example.org", enabled=False)


def test_a_channel_belongs_to_somebody(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(IntegrityError):
        channel.add(connection, way(somebody()))


def test_flows_are_told_of_each_change_but_not_of_tests(engine: Engine) -> None:
    with engine.begin() as connection:
        anna = move_in(connection, "Anna")
        before = config.version(connection, "people")
        one = channel.add(connection, way(anna))
        channel.reorder(connection, anna.id, [one.id])
        channel.change(connection, one)
        channel.tried(connection, one.id, NOON, None)
        channel.remove(connection, one.id)
        assert channel.of(connection, anna.id) == []
        assert config.version(connection, "people") == before + 4


def test_no_address_is_shown_by_accident() -> None:
    one = way(somebody(), address="secret-token")
    assert "secret-token" not in repr(one)
    assert "secret-token" not in str(one.told())
