import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError

from services.core.settings import Settings
from services.store.engine import Away, Misfit, connect, reachable, reason
from services.store.tables import camera
from tests.peers import free_port
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
FITS = {
    "id": "a",
    "source": "A",
    "name": "A",
    "plan": "detect",
    "min_score": 0.4,
    "alert_labels": [],
    "created_at": NOON,
}


@pytest.mark.parametrize(
    "wrong", [{"min_score": 2}, {"name": "x" * 121}, {"id": "Not A Slug"}, {"id": "日"}, {"name": ""}]
)
def test_a_row_that_breaks_the_schema_is_a_misfit_and_not_worth_another_try(engine: Engine, wrong: object) -> None:
    assert isinstance(wrong, dict)
    with pytest.raises(Misfit) as raised, engine.begin() as connection:
        connection.execute(insert(camera).values(FITS | wrong))
    assert not isinstance(raised.value, Away)


def test_a_moment_that_is_none_is_a_misfit(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(camera).values(FITS))
    with pytest.raises(Misfit), engine.begin() as connection:
        connection.execute(text("UPDATE camera SET created_at = '2026-02-30'"))


def test_waiting_for_a_connection_in_vain_passes(settings: Settings) -> None:
    busy = connect(settings, pool_size=1)
    busy.pool._timeout = 0.05  # type: ignore[attr-defined]
    with busy.connect(), busy.connect():
        assert not reachable(busy)()
        with pytest.raises(Away), busy.connect():
            pass
    assert reachable(busy)()
    busy.dispose()


def test_the_reason_of_a_database_that_is_away_names_it(settings: Settings) -> None:
    port = free_port()
    away = connect(settings.model_copy(update={"db_port": port}))
    with pytest.raises(Away) as raised, away.connect():
        pass
    assert "Can't connect to MySQL server on '127.0.0.1'" in reason(raised.value)
    assert "sqlalche.me" not in reason(raised.value)


def test_a_wrong_password_is_told_without_it(settings: Settings) -> None:
    wrong = connect(settings.model_copy(update={"db_password": SecretStr("open sesame")}))
    with pytest.raises(Away) as raised, wrong.connect():
        pass
    assert "Access denied for user" in reason(raised.value)
    assert "open sesame" not in reason(raised.value)


def test_an_error_does_not_tell_what_was_to_be_written(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as raised, engine.begin() as connection:
        connection.execute(insert(camera).values(FITS | {"min_score": 2, "name": "open sesame"}))
    assert "open sesame" not in str(raised.value)
