import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.polygon import Box
from services.detector.sighting.box import apart, area, inside, likeness_of_size, overlap, widened

edges = st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.1), st.floats(0.01, 0.1))
boxes = edges.map(lambda one: (one[0], one[1], one[0] + one[2], one[1] + one[3]))


@given(boxes, boxes)
def test_all_measures_are_shares_and_two_of_them_do_not_care_for_the_order(one: Box, other: Box) -> None:
    assert 0 <= overlap(one, other) <= 1.0001
    assert 0 <= inside(one, other) <= 1.0001
    assert 0 <= likeness_of_size(one, other) <= 1
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert apart(one, other) == pytest.approx(apart(other, one))


@given(boxes)
def test_a_box_is_wholly_itself(one: Box) -> None:
    assert overlap(one, one) == pytest.approx(1)
    assert inside(one, one) == pytest.approx(1)
    assert (apart(one, one), likeness_of_size(one, one)) == pytest.approx((0, 1))


@given(boxes)
def test_a_widened_box_holds_it_and_stays_in_the_picture(one: Box) -> None:
    wide = widened(one)
    assert inside(one, wide) == pytest.approx(1)
    assert area(one) < area(wide) <= 4.0001 * area(one)
    assert all(0 <= edge <= 1 for edge in wide)


def test_how_far_apart_is_told_in_sizes() -> None:
    assert apart((0, 0, 0.2, 0.2), (0.6, 0, 0.8, 0.2)) == pytest.approx(3)
