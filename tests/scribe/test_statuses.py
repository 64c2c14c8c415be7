import pytest
from sqlalchemy import Engine, select

from services.core.messages import ServiceStatus
from services.scribe.statuses import Statuses
from services.store import service
from services.store.tables import figure
from tests.pictures import NOON, HeldClock

pytestmark = pytest.mark.mariadb


def status(clock: HeldClock, state: str, **figures: float) -> ServiceStatus:
    return ServiceStatus.make(clock, "hub", service="hub", instance="1", state=state, version="0.1.0", figures=figures)


def test_a_services_state_and_figures_become_rows(engine: Engine) -> None:
    clock = HeldClock()
    statuses = Statuses(engine, clock)
    statuses.take(status(clock, "online", spool_bytes=12))
    with engine.connect() as connection:
        (row,) = service.all_services(connection)
        (kept,) = connection.execute(select(figure)).all()
    assert (row.name, row.instance, row.state, row.since) == ("hub", "1", "online", NOON)
    assert (kept.name, kept.value) == ("spool_bytes", 12)


def test_a_last_will_counts_from_when_it_came(engine: Engine) -> None:
    clock = HeldClock()
    statuses = Statuses(engine, clock)
    will = status(clock, "offline")
    clock.pass_by(3600)
    statuses.take(will)
    with engine.connect() as connection:
        (row,) = service.all_services(connection)
    assert (row.state, row.since) == ("offline", clock.now())
