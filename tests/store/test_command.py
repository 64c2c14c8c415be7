from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from services.core.ids import new_id
from services.store import command, device, link
from services.store.command import Command
from services.store.device import Described
from services.store.link import Link
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
LINK = Link(new_id(), "Siren", True, [{"kind": "panic"}], None, None, None, [{"kind": "switch"}], NOON)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def order(made: float = 0, **more: Any) -> Command:
    """A command, so many seconds after noon."""
    at = NOON + seconds(made)
    said: dict[str, Any] = {"device_id": "siren", "ordered_by": "Anna", "is_on": True, "seconds": 30.0, "text": None}
    return Command(new_id(), **said | {"made_at": at, "expires_at": at + seconds(120)} | more)


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


@pytest.fixture(autouse=True)
def outputs(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("siren", "lamp"):
            device.register(connection, name, Described(name, "switch", None, False, True), NOON)
        link.add(connection, LINK)


def add(engine: Engine, *orders: Command) -> None:
    do(engine, lambda connection: command.add(connection, orders))


def send(engine: Engine, at: float, *orders: Command) -> None:
    do(engine, lambda connection: command.sent(connection, orders, NOON + seconds(at)))


def get(engine: Engine, one: Command) -> Command:
    found: Command = do(engine, lambda connection: command.find(connection, one.id))
    return found


def newest_by_link(engine: Engine, device_id: str, **more: bool) -> Any:
    """Of those from 130 s before noon to 120 s after it."""
    since, until = NOON - seconds(130), NOON + seconds(120)
    return do(engine, lambda connection: command.newest_by_link(connection, device_id, since, until, **more))


def off_due(engine: Engine, at: float) -> list[str]:
    return [one.id for one in do(engine, lambda connection: command.off_due(connection, NOON + seconds(at), 10))]


def test_what_is_due_is_sent_in_its_order_and_once(engine: Engine) -> None:
    first, second, third = order(), order(1), order(1, device_id="lamp")
    add(engine, third, second, first)
    assert do(engine, lambda connection: command.due(connection, 2)) == [first, second]
    send(engine, 2, first)
    send(engine, 9, first)
    assert get(engine, first) == replace(first, state="sent", sent_at=NOON + seconds(2), off_at=NOON + seconds(32))
    assert do(engine, lambda connection: command.due(connection, 10)) == [second, third]


def test_no_orders_are_no_rows(engine: Engine) -> None:
    add(engine)
    assert do(engine, lambda connection: command.due(connection, 10)) == []


def test_what_expires_is_sent_no_more_and_what_was_sent_does_not_expire(engine: Engine) -> None:
    late, timely = order(), order()
    add(engine, late, timely)
    send(engine, 1, timely)
    assert [do(engine, partial(command.expire, command_id=one.id)) for one in (late, timely)] == [True, False]
    assert [get(engine, one).state for one in (late, timely)] == ["expired", "sent"]
    assert do(engine, lambda connection: command.due(connection, 10)) == []


def test_what_is_on_goes_off_when_its_time_is_over(engine: Engine) -> None:
    siren, lamp = order(seconds=29.5), order(device_id="lamp", seconds=None)
    add(engine, siren, lamp)
    send(engine, 1.5, siren, lamp)
    assert off_due(engine, 30.9) == []
    assert off_due(engine, 31) == [siren.id]
    do(engine, lambda connection: command.off_ordered(connection, siren.id))
    assert off_due(engine, 99) == []


def test_a_newer_order_ends_the_time_of_an_older_one_when_it_is_sent_and_words_do_not(engine: Engine) -> None:
    siren, again = order(), order(20)
    said = order(10, is_on=None, text="Go away")
    add(engine, siren, said, again)
    send(engine, 1, siren)
    send(engine, 11, said)
    assert get(engine, siren).off_at == NOON + seconds(31)
    assert off_due(engine, 40) == []
    send(engine, 41, again)
    assert get(engine, siren).off_at is None
    assert off_due(engine, 71) == [again.id]


def test_of_orders_to_one_output_that_are_sent_together_the_last_says_when_it_goes_off(engine: Engine) -> None:
    orders = [order(seconds=60), order(1, seconds=10), order(1, device_id="lamp", seconds=20)]
    add(engine, *orders)
    send(engine, 2, *orders)
    assert off_due(engine, 99) == [orders[1].id, orders[2].id]


def test_a_newer_order_that_expires_leaves_the_older_ones_time(engine: Engine) -> None:
    siren, again = order(), order(20)
    add(engine, siren, again)
    send(engine, 1, siren)
    do(engine, lambda connection: command.expire(connection, again.id))
    assert off_due(engine, 200) == [siren.id]


def test_the_newest_order_of_each_output_is_known(engine: Engine) -> None:
    orders = [order(), order(5), order(3, device_id="lamp")]
    add(engine, *orders)
    found = do(engine, lambda connection: command.newest(connection, ["siren", "lamp", "gate"]))
    assert found == {"siren": orders[1], "lamp": orders[2]}


def test_the_newest_order_by_a_link_leaves_out_people_offs_and_what_was_not_sent(engine: Engine) -> None:
    by_link: dict[str, Any] = {"link_id": LINK.id}
    on, off = order(**by_link), order(1, is_on=False, seconds=None, **by_link)
    lost = order(2, **by_link)
    add(engine, on, off, lost, order(3))
    do(engine, lambda connection: command.expire(connection, lost.id))
    assert newest_by_link(engine, "siren") == on
    assert newest_by_link(engine, "siren", switched_off_counts=True) == off
    assert newest_by_link(engine, "lamp") is None


def test_an_order_by_a_link_counts_only_when_it_was_made_in_time(engine: Engine) -> None:
    old, late, ahead = (order(made, link_id=LINK.id) for made in (-130.1, 120, 120.1))
    add(engine, old, ahead)
    assert newest_by_link(engine, "siren") is None
    add(engine, late)
    assert newest_by_link(engine, "siren") == late


def test_orders_are_found_by_what_triggered_them_and_outlive_their_link(engine: Engine) -> None:
    mine, other = new_id(), new_id()
    orders = [order(second, link_id=LINK.id, source="event", trigger_id=mine) for second in (1, 0)]
    add(engine, *orders, order(source="sighting", trigger_id=other), order())
    do(engine, lambda connection: link.remove(connection, LINK.id))
    found = do(engine, lambda connection: command.of_triggers(connection, [("event", mine), ("event", other)]))
    assert found == {("event", mine): [replace(one, link_id=None) for one in reversed(orders)]}
    assert do(engine, lambda connection: command.of_triggers(connection, [])) == {}
