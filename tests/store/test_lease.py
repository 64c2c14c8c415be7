from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from services.store import lease

pytestmark = pytest.mark.mariadb
LASTS = timedelta(seconds=15)


def take(engine: Engine, instance: str) -> bool:
    with engine.begin() as connection:
        return lease.take(connection, "scribe", instance, LASTS)


def found(engine: Engine) -> lease.Lease:
    with engine.connect() as connection:
        one = lease.find(connection, "scribe")
    assert one
    return one


def let_expire(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE lease SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"))


def test_the_first_has_it_until_it_expires_and_renews_it_as_often_as_it_wants(engine: Engine) -> None:
    assert take(engine, "1")
    began = found(engine)
    assert began.expires_at - began.since >= LASTS
    assert not take(engine, "2")
    assert take(engine, "1")
    assert (found(engine).instance, found(engine).since) == ("1", began.since)


def test_an_expired_one_goes_to_whoever_asks_and_not_back(engine: Engine) -> None:
    take(engine, "1")
    first = found(engine)
    let_expire(engine)
    assert take(engine, "2")
    assert found(engine).instance == "2"
    assert found(engine).since > first.since
    assert not take(engine, "1")


def test_one_that_expired_unnoticed_is_still_its_holder_s(engine: Engine) -> None:
    take(engine, "1")
    let_expire(engine)
    assert take(engine, "1")


@pytest.mark.parametrize(("ahead", "free"), [(10, False), (60, True), (86400, True)])
def test_one_from_before_the_database_s_clock_was_put_back_is_free(engine: Engine, ahead: int, free: bool) -> None:
    take(engine, "1")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE lease SET expires_at = UTC_TIMESTAMP(6) + INTERVAL {ahead} SECOND"))
    assert take(engine, "2") is free
    assert not take(engine, "1" if free else "2")


def test_one_that_is_given_up_is_free_at_once_but_only_its_holder_can_do_that(engine: Engine) -> None:
    take(engine, "1")
    with engine.begin() as connection:
        lease.give_up(connection, "scribe", "2")
    assert not take(engine, "2")
    with engine.begin() as connection:
        lease.give_up(connection, "scribe", "1")
    assert take(engine, "2")


def test_each_service_has_its_own(engine: Engine) -> None:
    take(engine, "1")
    with engine.begin() as connection:
        assert lease.take(connection, "keeper", "2", LASTS)
        assert lease.find(connection, "notifier") is None
