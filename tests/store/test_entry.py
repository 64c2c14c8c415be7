from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import entry
from services.store.entry import Entry
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
END = NOON + timedelta(seconds=30)


@pytest.fixture
def made(engine: Engine) -> Entry:
    """Somebody opened the front door at noon, of a house that waits for 30 s."""
    begun = Entry(new_id(), "away", "Front door: open", NOON, END)
    with engine.begin() as connection:
        entry.begin(connection, begun)
    return begun


def test_it_lasts_until_its_time_is_up(engine: Engine, made: Entry) -> None:
    with engine.connect() as connection:
        assert entry.present(connection, END - timedelta(microseconds=1)) == made
        assert entry.present(connection, END) is None


def test_what_nobody_has_answered_in_time_ends_and_nobody_can_answer_it_any_more(engine: Engine, made: Entry) -> None:
    with engine.begin() as connection:
        entry.end_due(connection, END - timedelta(seconds=1))
        assert entry.find(connection, made.id).ended_at is None
        entry.answer(connection, "Anna", "disarmed", END)
        entry.end_due(connection, END)
        entry.answer(connection, "Anna", "disarmed", END)
        found = entry.find(connection, made.id)
    assert (found.ended_at, found.answered_by) == (END, None)


def test_somebody_answers_it_with_another_mode(engine: Engine, made: Entry) -> None:
    with engine.begin() as connection:
        entry.answer(connection, "Anna", "away", NOON)
        assert entry.present(connection, NOON) == made
        entry.answer(connection, "Anna", "home", NOON)
        found = entry.find(connection, made.id)
        assert entry.present(connection, NOON) is None
    assert (found.ended_at, found.answered_by, found.answer) == (NOON, "Anna", "home")
