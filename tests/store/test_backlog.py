from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.store import backlog, event
from services.store.backlog import Waiting
from services.store.event import Event
from tests.flaskapp.house import NOON, House

UNSEEN: dict[str, Any] = {"detected_at": None, "judged_at": None}


@pytest.fixture
def house(engine: Engine, settings: Settings) -> House:
    made = House(engine, Media(settings.media))
    made.camera()
    return made


def test_it_knows_what_waits_for_a_plan_and_since_when(engine: Engine, house: House) -> None:
    for minutes in (10, 7, 0):
        house.picture(at=NOON - timedelta(minutes=minutes), state="new", decided_at=None, **UNSEEN)
    house.picture(at=NOON - timedelta(hours=1))
    with engine.connect() as connection:
        waiting = backlog.for_plan(connection, NOON - timedelta(minutes=1))
    assert waiting == Waiting(2, NOON - timedelta(minutes=10))


def test_it_knows_what_waits_for_a_detector(engine: Engine, house: House) -> None:
    at = NOON - timedelta(minutes=5)
    house.picture(at=at, state="pending", decided_at=at, **UNSEEN)
    with engine.connect() as connection:
        assert backlog.for_detector(connection, NOON) == Waiting(1, at)
        assert backlog.for_plan(connection, NOON) == Waiting(0, None)


def test_it_knows_what_waits_for_a_verdict(engine: Engine, house: House) -> None:
    at = NOON - timedelta(minutes=5)
    house.picture(at=at, detected_at=at, judged_at=None, labels=["person"])
    house.picture(at=at, detected_at=at, judged_at=at)
    with engine.connect() as connection:
        assert backlog.for_verdict(connection, NOON) == Waiting(1, at)


def test_it_knows_which_events_wait_for_a_verdict(engine: Engine, house: House) -> None:
    with engine.begin() as connection:
        for kind, minutes in (("panic", 2), ("panic", 7), ("motion", 9)):
            at = NOON - timedelta(minutes=minutes)
            event.add(connection, [Event(new_id(), kind, None, None, "help", at, at, at)])
        assert backlog.for_happening(connection, NOON) == Waiting(2, NOON - timedelta(minutes=7))
        assert backlog.for_happening(connection, NOON - timedelta(minutes=8)) == Waiting(0, None)


def test_a_day_takes_what_the_last_day_took(engine: Engine, house: House) -> None:
    for hours in (1, 2, 30):
        house.picture(at=NOON - timedelta(hours=hours), bytes=50_000)
    with engine.connect() as connection:
        assert backlog.bytes_per_day(connection, NOON) == 100_000


@pytest.mark.parametrize(("minutes", "factor"), [(360, 4), (2, 24)])
def test_a_young_house_goes_on_as_it_began(engine: Engine, house: House, minutes: int, factor: int) -> None:
    house.picture(at=NOON - timedelta(minutes=minutes), bytes=50_000)
    with engine.connect() as connection:
        assert backlog.bytes_per_day(connection, NOON) == 50_000 * factor


def test_an_empty_house_takes_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        assert backlog.bytes_per_day(connection, NOON) == 0
