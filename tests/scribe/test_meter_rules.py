from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.core.ids import new_id
from services.scribe import meter_rules as rules
from services.store.device import Device
from services.store.meter import Meter, Reading
from tests.pictures import NOON

KNOWN: dict[str, Any] = {"id": "power", "called": "Power", "kind": "meter", "is_input": True, "enabled": True}
METERED = Device(**dict.fromkeys(Device.__dataclass_fields__) | KNOWN)  # type: ignore[arg-type]
SECOND = timedelta(seconds=1)
POWER = Meter("power", "last_minute", factor=10, unit="kW", digits=1, low=0, high=10)


def read(register: float | None = None, last_minute: float | None = None, seconds: float = 0) -> Reading:
    return Reading(new_id(), "power", NOON + seconds * SECOND, register, last_minute)


@pytest.mark.parametrize(
    ("meter", "value", "said"),
    [
        (POWER, 12.54, "12.5 kW is over 10 kW"),
        (POWER, 10, None),
        (POWER, 0, None),
        (POWER, -0.5, "-0.5 kW is under 0 kW"),
        (Meter("flow", "register", high=0), 3, "3 is over 0"),
        (Meter("tank", "register", unit="l", low=0.5, digits=2), 0.25, "0.25 l is under 0.5 l"),
        (Meter("free", "register"), 1e9, None),
    ],
)
def test_a_value_is_beyond_a_limit_also_one_of_nought(meter: Meter, value: float, said: str | None) -> None:
    assert rules.beyond(meter, value) == said


def test_a_value_is_the_number_that_counts_by_its_factor() -> None:
    assert POWER.value(read(register=5, last_minute=125)) == 12.5
    assert POWER.value(read(register=5)) is None
    assert Meter("energy", "register", factor=1000).value(read(register=2500)) == 2.5


@pytest.mark.parametrize(("seconds", "why"), [(121, "reading from the future"), (-32 * 86400, "reading too old")])
def test_a_reading_by_a_wrong_clock_is_not_kept(seconds: float, why: str) -> None:
    assert rules.refusal(read(seconds=seconds), NOON) == why


@pytest.mark.parametrize("seconds", [120, 0, -121, -30 * 86400])
def test_a_late_reading_is_kept(seconds: float) -> None:
    assert rules.refusal(read(seconds=seconds), NOON) is None


def test_only_the_newest_reading_says_how_it_stands_now() -> None:
    assert rules.is_news(read(), None, NOON)
    assert rules.is_news(read(seconds=1), read(), NOON)
    assert not rules.is_news(read(), read(seconds=1), NOON)
    assert not rules.is_news(read(seconds=-121), None, NOON)


def test_a_reading_from_before_the_clock_was_put_back_does_not_silence_those_after_it() -> None:
    assert rules.is_news(read(), read(seconds=121), NOON)
    assert not rules.is_news(read(), read(seconds=120), NOON)
    assert not rules.is_news(read(seconds=-121), read(seconds=121), NOON)


@pytest.mark.parametrize(
    ("before", "wanted", "register", "seconds", "done"),
    [
        (1000, 0, 3, 60, True),
        (1000, 0, 1003, 60, False),
        (1000, 1100, 1101, 60, True),
        (1000, 1100, 1001, 60, False),
        (1000, 1000, 1001, 60, True),
        (None, 5, 6, 60, True),
        (1000, 0, 3, -121, False),
    ],
)
def test_the_first_reading_that_is_nearer_to_what_was_asked_for_than_to_the_one_before_answers(
    before: float | None, wanted: float, register: float, seconds: float, done: bool
) -> None:
    asked = Meter("power", "register", reset_to=wanted, reset_from=before, reset_asked_at=NOON)
    assert rules.answers(asked, read(register, seconds=seconds)) is done


def test_as_long_as_it_stays_beyond_or_within_nothing_turns() -> None:
    quiet, active = (replace(METERED, active=active, active_since=NOON) for active in (False, True))
    for before in (METERED, quiet):
        turned = rules.turn(before, POWER, read(last_minute=125))
        assert turned and (turned.active, turned.detail, turned.value) == (True, "12.5 kW is over 10 kW", 12.5)
        assert rules.turn(before, POWER, read(last_minute=50)) is None
    assert rules.turn(active, POWER, read(last_minute=125)) is None
    turned = rules.turn(active, POWER, read(last_minute=95))
    assert turned and (turned.active, turned.detail) == (False, "9.5 kW is within its limits")
    assert rules.turn(active, POWER, read(register=5)) is None


def test_the_largest_numbers_fit_what_is_said_of_them() -> None:
    tiny = Meter("power", "register", factor=1e-6, unit="u" * 16, digits=6, low=-1e15, high=1.23456789e15)
    turned = rules.turn(METERED, tiny, read(register=1e15))
    assert turned and len(turned.detail or "") <= 200


def test_nothing_answers_what_was_not_asked_or_was_answered_or_says_no_register() -> None:
    asked = Meter("power", "register", reset_to=0, reset_from=9, reset_asked_at=NOON)
    done = Meter("power", "register", reset_to=0, reset_from=9, reset_asked_at=NOON, reset_done_at=NOON)
    assert not rules.answers(Meter("power", "register"), read(0))
    assert not rules.answers(done, read(0))
    assert not rules.answers(asked, read(last_minute=0))
