from datetime import timedelta

import pytest

from services.keeper.doctor.waits import Moment, is_stuck, later
from services.store.doctor import Latest, Wait
from tests.pictures import NOON

MOMENT = Moment(NOON, timedelta(minutes=5), settled=False)


def ago(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def wait(state: str, minutes: float) -> Wait:
    return Wait("0198", state, NOON - ago(minutes), None)


@pytest.mark.parametrize("state", ["new", "unjudged"])
def test_waiting_for_node_red_is_stuck_after_five_minutes(state: str) -> None:
    assert not is_stuck(wait(state, 4), Latest(), MOMENT)
    assert is_stuck(wait(state, 6), Latest(), MOMENT)


def test_waiting_for_a_detector_is_stuck_only_when_none_looks_at_anything() -> None:
    busy, idle = Latest(detected_at=NOON - ago(1)), Latest(detected_at=NOON - ago(6))
    assert not is_stuck(wait("pending", 600), busy, MOMENT)
    assert is_stuck(wait("pending", 600), idle, MOMENT)
    assert is_stuck(wait("pending", 6), Latest(), MOMENT)
    assert not is_stuck(wait("pending", 4), Latest(), MOMENT)


def test_a_claim_is_stuck_when_its_end_has_passed_and_nobody_took_it_back() -> None:
    held = Wait("0198", "detecting", NOON - ago(60), NOON - ago(0.5))
    left = Wait("0198", "detecting", NOON - ago(60), NOON - ago(2))
    assert not is_stuck(held, Latest(), MOMENT)
    assert is_stuck(left, Latest(), MOMENT)


def test_the_newest_step_of_two_ranges_counts() -> None:
    early, late = NOON - ago(2), NOON - ago(1)
    both = later(Latest(early, late, None), Latest(late, early, early))
    assert both == Latest(late, late, early)
