from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.sighting.presence import has_arrived, is_still, patience_with
from services.store.sighting import Spot
from tests.pictures import NOON

BOX = (0.2, 0.2, 0.4, 0.4)


@given(st.integers(0, 10**6))
def test_patience_grows_with_presence_from_ten_seconds_to_ten_minutes(seconds: int) -> None:
    patience = patience_with(timedelta(seconds=seconds))
    assert timedelta(seconds=10) <= patience <= timedelta(minutes=10)
    assert patience <= patience_with(timedelta(seconds=seconds + 1))


@pytest.mark.parametrize(("there_s", "patience_s"), [(0, 10), (60, 30), (600, 300), (1200, 600), (80_000, 600)])
def test_patience_is_half_of_the_presence(there_s: int, patience_s: int) -> None:
    assert patience_with(timedelta(seconds=there_s)).total_seconds() == patience_s


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(1, 20), st.data())
def test_a_thing_arrives_when_it_was_seen_often_enough_of_late(seen: list[bool], of: int, data: st.DataObject) -> None:
    needed = data.draw(st.integers(1, of))
    recent = sum(bit << age for age, bit in enumerate(reversed(seen)))
    assert has_arrived(recent, needed, of) == (sum(seen[-of:]) >= needed)


@pytest.mark.parametrize(
    ("was_still", "moved", "still"),
    [(False, 0.02, True), (False, 0.08, False), (True, 0.08, True), (True, 0.15, False)],
)
def test_what_stands_may_waver_more_than_what_comes_to_a_stand(was_still: bool, moved: float, still: bool) -> None:
    box = (BOX[0] + moved, BOX[1], BOX[2] + moved, BOX[3])
    assert is_still(was_still, Spot(NOON, BOX), box) is still


def test_what_was_just_seen_for_the_first_time_is_not_known_to_stand() -> None:
    assert not is_still(False, None, BOX)
