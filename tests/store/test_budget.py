from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine

from services.store import budget

pytestmark = pytest.mark.mariadb
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def spend(engine: Engine, at: datetime = NOON, limit: int = 3, service: str = "rekognition") -> bool:
    with engine.begin() as connection:
        return budget.spend(connection, service, at, limit)


def used(engine: Engine, at: datetime = NOON, service: str = "rekognition") -> int:
    with engine.connect() as connection:
        return budget.used(connection, service, at)


def test_calls_are_allowed_until_the_month_has_its_number(engine: Engine) -> None:
    assert used(engine) == 0
    assert [spend(engine) for _ in range(5)] == [True, True, True, False, False]
    assert used(engine) == 3


def test_a_budget_of_nothing_allows_nothing(engine: Engine) -> None:
    assert not spend(engine, limit=0)
    assert used(engine) == 0


def test_each_month_and_each_service_begins_anew(engine: Engine) -> None:
    assert spend(engine, limit=1)
    assert not spend(engine, limit=1)
    assert spend(engine, NOON + timedelta(days=11), limit=1)
    assert spend(engine, limit=1, service="plate-recognizer")
    assert used(engine) == 1


def test_months_begin_in_utc(engine: Engine) -> None:
    rome = timezone(timedelta(hours=1))
    assert spend(engine, datetime(2026, 12, 1, 0, 30, tzinfo=rome))
    assert (used(engine), used(engine, datetime(2026, 12, 1, tzinfo=UTC))) == (1, 0)


def test_a_larger_budget_holds_at_once(engine: Engine) -> None:
    assert spend(engine, limit=1)
    assert not spend(engine, limit=1)
    assert spend(engine, limit=2)


def test_several_callers_at_once_never_make_more_calls_than_allowed(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: spend(engine, limit=10), range(40)))
    assert allowed.count(True) == 10
    assert used(engine) == 10
