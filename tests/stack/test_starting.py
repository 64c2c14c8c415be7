import pytest

from stack.starting import FAILING_S, MOST_STARTS, PATIENCE_S, Vigil


@pytest.fixture
def vigil() -> Vigil:
    return Vigil(100.0)


def test_a_slow_start_is_waited_for(vigil: Vigil) -> None:
    vigil.saw(100 + PATIENCE_S - 1, {"statename": "RUNNING", "pid": 7})
    assert not vigil.is_hopeless(100 + PATIENCE_S - 1)


def test_a_process_that_never_gets_ready_is_given_up(vigil: Vigil) -> None:
    vigil.saw(100 + PATIENCE_S, {"statename": "RUNNING", "pid": 7})
    assert vigil.is_hopeless(100 + PATIENCE_S + 0.1)


def test_a_process_that_is_not_there_for_long_is_given_up(vigil: Vigil) -> None:
    vigil.saw(101, {"statename": "BACKOFF", "pid": 0})
    assert not vigil.is_hopeless(100 + FAILING_S)
    assert vigil.is_hopeless(100 + FAILING_S + 0.1)


def test_a_process_that_keeps_ending_is_given_up(vigil: Vigil) -> None:
    for pid in range(MOST_STARTS):
        vigil.saw(101, {"statename": "STARTING", "pid": pid + 1})
        assert not vigil.is_hopeless(101)
    vigil.saw(101, {"statename": "STARTING", "pid": 99})
    assert vigil.is_hopeless(101)
