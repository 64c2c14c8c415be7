import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.polygon import Box
from services.detector.nms import MAX_OVERLAP, merge, overlaps
from services.detector.plugin import Detection

HERE, ALMOST_HERE, ELSEWHERE = (0.1, 0.1, 0.5, 0.5), (0.12, 0.1, 0.52, 0.5), (0.6, 0.6, 0.9, 0.9)


def seen(label: str, score: float, box: Box = HERE) -> Detection:
    return Detection(label, score, box)


def test_of_two_boxes_around_the_same_person_the_stronger_stays() -> None:
    strong, weak = seen("person", 0.9), seen("person", 0.6, ALMOST_HERE)
    assert merge([weak, strong]) == [strong]


def test_two_persons_apart_both_stay_strongest_first() -> None:
    first, second = seen("person", 0.5), seen("person", 0.8, ELSEWHERE)
    assert merge([first, second]) == [second, first]


def test_a_car_that_is_also_a_bit_of_a_truck_and_a_bus_is_one_vehicle() -> None:
    car = seen("car", 0.7)
    assert merge([seen("truck", 0.5, ALMOST_HERE), car, seen("bus", 0.4)]) == [car]


def test_a_person_in_front_of_a_car_does_not_hide_it() -> None:
    assert len(merge([seen("person", 0.9), seen("car", 0.5)])) == 2


def test_nothing_stays_nothing() -> None:
    assert merge([]) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (HERE, 1.0),
        (ELSEWHERE, 0.0),
        ((0.1, 0.1, 0.5, 0.3), 0.5),
        ((0.3, 0.1, 0.7, 0.5), 1 / 3),
        ((0.2, 0.2, 0.2, 0.2), 0),
    ],
)
def test_the_overlap_is_what_is_shared_of_what_both_cover(other: Box, expected: float) -> None:
    assert overlaps(np.array(HERE), np.array([other]))[0] == pytest.approx(expected)


CORNER = st.floats(0, 0.7)
SIDE = st.floats(0.01, 0.3)
THINGS = st.builds(
    lambda label, score, x, y, w, h: Detection(label, score, (x, y, x + w, y + h)),
    st.sampled_from(["person", "car", "truck"]), st.floats(0, 1), CORNER, CORNER, SIDE, SIDE,
)  # fmt: skip


@given(st.lists(THINGS, max_size=12))
def test_what_is_dropped_is_covered_by_something_stronger_of_its_group(things: list[Detection]) -> None:
    kept = merge(things)
    vehicles = {"car", "truck"}
    for thing in things:
        rivals = [one for one in kept if one.label == thing.label or {one.label, thing.label} <= vehicles]
        covers = overlaps(np.array(thing.box), np.array([one.box for one in rivals]))
        assert thing in kept or any(
            rival.score >= thing.score and cover > MAX_OVERLAP for rival, cover in zip(rivals, covers, strict=True)
        )
