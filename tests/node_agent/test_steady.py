"""A state that believes only what enough frames in a row say."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from node_agent.steady import SteadyState


def states(needed: dict[str, int], seen: str) -> list[str | None]:
    state = SteadyState(needed)
    words = {"m": "moving", "s": "still"}
    return [state.feed(words[letter]) for letter in seen]


def test_it_changes_on_the_frame_that_completes_the_row() -> None:
    assert states({"moving": 3, "still": 2}, "mmm") == [None, None, "moving"]


def test_a_broken_row_begins_again() -> None:
    assert states({"moving": 3, "still": 2}, "mmsmm") == [None] * 5


def test_it_says_a_change_once() -> None:
    assert states({"moving": 1, "still": 2}, "mmmss") == ["moving", None, None, None, "still"]


def test_the_first_state_is_a_change_from_unknown() -> None:
    assert states({"moving": 3, "still": 2}, "ss") == [None, "still"]


@given(st.text("ms", max_size=60))
def test_changes_always_alternate(seen: str) -> None:
    changes = [change for change in states({"moving": 2, "still": 3}, seen) if change]
    assert all(one != other for one, other in itertools.pairwise(changes))
