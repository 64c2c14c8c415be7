import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from services.core.clock import SystemClock
from services.core.health import Health
from services.core.service import Service
from services.core.settings import Settings
from services.lead.lead import LASTS, LeaseLost, Turn, alone
from services.store import lease
from services.store.engine import connect
from tests.peers import wait_until

pytestmark = pytest.mark.mariadb


def service(settings: Settings, instance: str) -> Service:
    clock = SystemClock()
    named = settings.model_copy(update={"instance": instance})
    return Service("scribe", named, clock, Health(clock), threading.Event(), threading.Event())


def take(engine: Engine, instance: str) -> bool:
    with engine.begin() as connection:
        return lease.take(connection, "scribe", instance, LASTS)


class Running:
    """A service that works until it is told to stop; `works` says whether it does now."""

    def __init__(self, settings: Settings, instance: str) -> None:
        self.service = service(settings, instance)
        self.works = threading.Event()
        self._thread = threading.Thread(target=alone(self._run), args=(self.service,))
        self._thread.start()

    def _run(self, service: Service) -> None:
        self.works.set()
        service.stopping.wait()

    def stop(self) -> None:
        self.service.stopping.set()
        self._thread.join(30)


@pytest.fixture
def first(settings: Settings, engine: Engine) -> Iterator[Running]:
    made = Running(settings, "1")
    assert made.works.wait(30)
    yield made
    made.stop()


def test_one_works_and_the_other_stands_by_until_the_first_has_ended(
    first: Running, settings: Settings, engine: Engine
) -> None:
    second = Running(settings, "2")
    try:
        wait_until(lambda: "lease" in second.service.health.alive(), "the second to ask for its turn")
        assert not take(engine, "2")
        assert not second.works.is_set()
        first.stop()
        assert second.works.wait(30)
    finally:
        second.stop()


def test_one_that_stands_by_ends_when_it_is_told_to(first: Running, settings: Settings) -> None:
    second = Running(settings, "2")
    second.stop()
    assert not second.works.is_set()


def test_an_instance_that_was_killed_works_again_at_once(settings: Settings, engine: Engine) -> None:
    take(engine, "1")
    again = Running(settings, "1")
    assert again.works.wait(30)
    again.stop()


def test_one_that_was_held_up_for_too_long_ends_itself(settings: Settings, engine: Engine) -> None:
    take(engine, "2")
    with pytest.raises(LeaseLost, match="another instance of scribe works now"):
        Turn(engine, service(settings, "1"), renewed_s=0.01).keep()


def test_with_the_database_away_nobody_begins_and_who_works_goes_on(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"db_port": 1})
    away = connect(nowhere)
    waits = service(nowhere, "1")
    turn = Turn(away, waits, renewed_s=0.01)
    threading.Timer(0.5, waits.stopping.set).start()
    turn.keep()
    assert not turn.came()
    turn.give_up()
    away.dispose()
