import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.plates.vehicle import cut, inside, lower_part, owner, restored

EDGE = st.floats(-2, 3)
PICTURE = np.zeros((100, 200, 3), np.uint8)


def test_the_lower_three_fifths_are_read() -> None:
    assert lower_part((0.2, 0.0, 0.8, 0.5)) == pytest.approx((0.2, 0.2, 0.8, 0.5))


@given(EDGE, EDGE, EDGE, EDGE)
def test_a_part_is_inside_the_picture_wherever_the_vehicle_is(x1: float, y1: float, x2: float, y2: float) -> None:
    for left, top, right, bottom in (inside((x1, y1, x2, y2)), lower_part((x1, y1, x2, y2))):
        assert 0 <= left <= right <= 1
        assert 0 <= top <= bottom <= 1


def test_a_vehicle_that_drives_out_of_the_picture_is_read_in_what_is_left_of_it() -> None:
    found = cut(PICTURE, lower_part((0.9, 0.5, 1.4, 1.3)))
    assert found is not None
    pixels, box = found
    assert pixels.shape == (18, 20, 3)
    assert box == pytest.approx((0.9, 0.82, 1.0, 1.0))


@pytest.mark.parametrize("box", [(1.2, 0.2, 1.6, 0.9), (-1, -1, -0.5, -0.5), (0.5, 0.5, 0.51, 0.9), (0.9, 0.9, 0.1, 1)])
def test_nothing_is_cut_where_there_is_no_picture(box: tuple[float, float, float, float]) -> None:
    assert cut(PICTURE, box) is None


def test_a_plates_box_comes_back_to_the_full_picture() -> None:
    assert restored((0.25, 0.5, 0.75, 1.0), (0.2, 0.4, 0.6, 0.8)) == pytest.approx((0.3, 0.6, 0.5, 0.8))


def test_a_readers_box_beyond_its_part_ends_at_the_edge() -> None:
    assert restored((-0.5, 0.5, 1.5, 1.2), (0.2, 0.4, 0.6, 0.8)) == pytest.approx((0.2, 0.6, 0.6, 0.8))


def test_a_plate_is_on_the_vehicle_around_it() -> None:
    assert owner((0.6, 0.7, 0.7, 0.75), [(0.0, 0.2, 0.4, 0.9), (0.5, 0.2, 0.9, 0.9)]) == 1


def test_a_plate_in_two_boxes_is_on_the_vehicle_in_front() -> None:
    behind, front = (0.3, 0.1, 0.9, 0.8), (0.2, 0.3, 0.7, 0.95)
    assert owner((0.4, 0.7, 0.5, 0.75), [behind, front]) == 1
    assert owner((0.4, 0.7, 0.5, 0.75), [front, behind]) == 0


def test_what_is_seen_over_the_roof_in_front_is_on_the_vehicle_behind() -> None:
    behind, front = (0.3, 0.1, 0.9, 0.8), (0.2, 0.3, 0.7, 0.95)
    assert owner((0.5, 0.45, 0.6, 0.5), [behind, front]) == 0


def test_a_plate_beside_all_vehicles_is_on_none() -> None:
    assert owner((0.6, 0.7, 0.7, 0.75), [(0.0, 0.2, 0.4, 0.9)]) is None
    assert owner((0.6, 0.7, 0.7, 0.75), []) is None
