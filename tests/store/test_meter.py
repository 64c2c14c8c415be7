from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from services.core.ids import new_id
from services.store import device, meter
from services.store.device import Described
from services.store.meter import Meter, Reading, Span
from tests.pictures import NOON

pytestmark = pytest.mark.mariadb
ID = "power"


def do(engine: Engine, what: Callable[[Connection], Any]) -> Any:
    with engine.begin() as connection:
        return what(connection)


def read(minute: float, register: float | None, last_minute: float | None = None) -> Reading:
    return Reading(new_id(), ID, NOON + timedelta(minutes=minute), register, last_minute)


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """With a meter that counts 10 to the kWh."""
    with engine.begin() as connection:
        device.register(connection, ID, Described("Power", "meter", None, True, False), NOON)
        meter.begin(connection, read(0, 0))
        meter.change(connection, ID, factor=10, unit="kWh")
    return engine


def the_meter(engine: Engine) -> Meter:
    found: Meter = do(engine, meter.all_meters)[ID]
    return found


def test_it_begins_without_a_factor_unit_or_limit(engine: Engine) -> None:
    do(engine, lambda connection: device.register(connection, ID, Described("P", "meter", None, True, False), NOON))
    made = do(engine, lambda connection: meter.begin(connection, read(0, None, 3)))
    assert the_meter(engine) == made == Meter(ID, "last_minute", 1, None, 0, None, None)
    assert made.in_words(3) == "3"


def test_a_reading_is_kept_once_and_the_newest_is_by_its_time(begun: Engine) -> None:
    late, early = read(5, 50, 2), read(1, 10)
    with begun.begin() as connection:
        assert [meter.add(connection, one) for one in (late, early, late)] == [True, True, False]
    assert do(begun, lambda connection: meter.newest(connection, ID, NOON + timedelta(minutes=9))) == late
    do(begun, lambda connection: meter.add(connection, read(9, None, 2)))
    assert do(begun, lambda connection: meter.newest_register(connection, ID, NOON + timedelta(minutes=9))) == 50


def test_what_was_read_while_a_clock_was_ahead_is_not_how_it_stands_now(begun: Engine) -> None:
    with begun.begin() as connection:
        for one in (read(0, 10), read(24 * 60, 99)):
            meter.add(connection, one)
        newest = meter.newest(connection, ID, NOON)
        assert newest
        assert (newest.register, meter.newest_register(connection, ID, NOON)) == (10, 10)


def test_what_it_read_is_told_in_spans_by_its_factor(begun: Engine) -> None:
    with begun.begin() as connection:
        for one in (read(-1, 5), read(0, 10), read(4, 30), read(5, 40), read(11, None, 7), read(12, 100)):
            meter.add(connection, one)
    spans = do(begun, lambda connection: meter.spans(connection, the_meter(begun), NOON, timedelta(minutes=5)))
    minute = timedelta(minutes=1)
    assert spans == [Span(NOON, 1, 2, 3), Span(NOON + 5 * minute, 4, 4, 4), Span(NOON + 10 * minute, 10, 10, 10)]


def test_what_is_asked_of_it_takes_the_place_of_what_was_asked_before(begun: Engine) -> None:
    do(begun, lambda connection: meter.ask(connection, ID, 5, 100, NOON))
    do(begun, lambda connection: meter.change(connection, ID, reset_done_at=NOON))
    assert not the_meter(begun).is_awaiting
    do(begun, lambda connection: meter.ask(connection, ID, 0, None, NOON))
    found = the_meter(begun)
    assert (found.is_awaiting, found.reset_to, found.reset_from, found.reset_done_at) == (True, 0, None, None)


@pytest.mark.parametrize("wrong", [{"factor": 0}, {"low": 1, "high": 0}, {"digits": 7}, {"unit": ""}])
def test_what_no_meter_can_be_is_refused(begun: Engine, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        do(begun, lambda connection: meter.change(connection, ID, **wrong))


def test_a_reading_without_a_number_is_refused(begun: Engine) -> None:
    with pytest.raises(IntegrityError):
        do(begun, lambda connection: meter.add(connection, read(0, None)))
