import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from services.keeper.ageing import Ageing
from services.store import audit
from services.store.account_tables import audit as audit_table
from services.store.audit import Change
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb
AGES = {"audit": timedelta(days=30), "events": timedelta(days=30)}


def changes(engine: Engine, count: int) -> None:
    """Changes of a year ago."""
    with engine.begin() as connection:
        audit.write_all(connection, NOON - timedelta(days=365), None, [Change("a", "b", None, {})] * count)


def left(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(audit_table)) or 0)


def test_all_that_is_old_goes_in_steps_and_the_loop_is_seen_to_live(engine: Engine, clock: HeldClock) -> None:
    changes(engine, 5)
    beats: list[int] = []
    gone = Ageing(engine, clock, AGES, at_once=2).forget(threading.Event(), lambda: beats.append(left(engine)))
    assert gone == {"audit": 5, "events": 0}
    assert beats == [3, 1, 0]


def test_it_ends_between_two_steps_when_it_is_to_stop(engine: Engine, clock: HeldClock) -> None:
    changes(engine, 5)
    stopping = threading.Event()
    assert Ageing(engine, clock, AGES, at_once=2).forget(stopping, stopping.set) == {"audit": 2, "events": 0}
    assert left(engine) == 3


def test_what_is_kept_for_ever_stays(engine: Engine, clock: HeldClock) -> None:
    changes(engine, 1)
    assert Ageing(engine, clock, {}, at_once=2).forget(threading.Event(), lambda: None) == {}
    assert left(engine) == 1
