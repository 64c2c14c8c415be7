from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import entry, held, mode
from services.store.entry import Entry
from services.store.mode import Wish
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb


def wait(engine: Engine, said: str = "Front door: open", at: datetime = NOON) -> Entry:
    with engine.begin() as connection:
        return held.wait(connection, said, 30, at)


def enter(engine: Engine, mode_id: str, at: datetime = NOON, schedule_id: str | None = None) -> None:
    wish = Wish(new_id(), mode_id, "Anna", "I say so", schedule_id=schedule_id)
    with engine.begin() as connection:
        mode.enter(connection, wish, at)


def test_the_house_waits_once_however_much_triggers_meanwhile(engine: Engine) -> None:
    enter(engine, "away")
    first = wait(engine)
    assert (first.mode_id, first.until) == ("away", NOON + timedelta(seconds=30))
    assert wait(engine, "Hall: motion", NOON + timedelta(seconds=29)) == first
    assert wait(engine, "Hall: motion", NOON + timedelta(seconds=30)).id != first.id


def test_somebody_who_has_disarmed_it_since_node_red_asked_has_answered(engine: Engine) -> None:
    enter(engine, "disarmed")
    made = wait(engine)
    assert held.dropped_because(made) == "disarmed by Anna in time"
    with engine.connect() as connection:
        assert entry.find(connection, made.id) == made


def test_a_schedule_that_has_disarmed_it_is_nobody(engine: Engine) -> None:
    enter(engine, "disarmed", schedule_id=new_id())
    assert held.dropped_because(wait(engine)) is None


def test_another_mode_than_disarmed_is_an_answer_too_and_named(engine: Engine) -> None:
    enter(engine, "away")
    made = wait(engine)
    enter(engine, "home", NOON + timedelta(seconds=3))
    with engine.connect() as connection:
        assert held.dropped_because(entry.find(connection, made.id)) == "set to home by Anna in time"
