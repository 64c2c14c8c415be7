"""When the next one is due."""

from node_agent.pace import Pace
from tests.node_agent.staging import TestClock


def test_the_first_step_is_due_at_once() -> None:
    assert Pace(5, TestClock()).remaining() == 0


def test_a_step_is_due_one_interval_after_the_last() -> None:
    clock = TestClock()
    pace = Pace(5, clock)
    pace.step()
    clock.seconds = 2
    assert pace.remaining() == 3


def test_a_late_step_does_not_shift_the_ones_after_it() -> None:
    clock = TestClock()
    pace = Pace(5, clock)
    clock.seconds = 1
    pace.step()
    assert pace.remaining() == 4


def test_steps_slept_through_are_not_made_up_for() -> None:
    clock = TestClock()
    pace = Pace(5, clock)
    clock.seconds = 3600
    pace.step()
    assert pace.remaining() == 5


def test_an_interval_of_nothing_is_always_due() -> None:
    pace = Pace(0, TestClock())
    pace.step()
    assert pace.remaining() == 0
