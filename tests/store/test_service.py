from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from services.store import service
from services.store.tables import figure

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)


def note(engine: Engine, state: str, seconds: int) -> None:
    with engine.begin() as connection:
        service.note(connection, "hub", "1", state, "0.1.0", NOON + timedelta(seconds=seconds))


def test_since_moves_only_when_the_state_does(engine: Engine) -> None:
    for state, seconds in (("online", 0), ("online", 10), ("offline", 20), ("offline", 30)):
        note(engine, state, seconds)
    with engine.connect() as connection:
        [hub] = service.all_services(connection)
    assert hub.state == "offline"
    assert (hub.since, hub.seen_at) == (NOON + timedelta(seconds=20), NOON + timedelta(seconds=30))


def test_a_minute_keeps_its_newest_figures(engine: Engine) -> None:
    with engine.begin() as connection:
        for seconds, value in ((0, 1.0), (20, 2.0), (40, 3.0)):
            service.note_figures(connection, "hub", "1", NOON + timedelta(seconds=seconds), {"spool_bytes": value})
        service.note_figures(connection, "hub", "1", NOON, {})
        values = connection.execute(select(figure.c.value).order_by(figure.c.at)).scalars().all()
    assert values == [2.0, 3.0]


def test_old_figures_are_forgotten(engine: Engine) -> None:
    with engine.begin() as connection:
        for days in (0, 89, 91):
            service.note_figures(connection, "hub", "1", NOON - timedelta(days=days), {"spool_bytes": 1.0})
        assert service.forget_old_figures(connection, NOON) == 1
