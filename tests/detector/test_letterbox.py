import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.detector.letterbox import PADDING, fitted, letterbox, uncropped

SIDES = st.integers(1, 900)
FRACTIONS = st.floats(0, 1)


@given(SIDES, SIDES, st.sampled_from([(300, 300), (416, 416), (640, 384)]), st.tuples(*[FRACTIONS] * 4))
def test_a_box_put_into_the_input_and_back_is_the_same_box(
    width: int, height: int, size: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    _, placement = letterbox(np.zeros((height, width, 3), np.uint8), size)
    assert placement.restore(placement.place(box)) == pytest.approx(box, abs=1e-9)


@given(SIDES, SIDES)
def test_the_picture_keeps_its_shape_and_touches_two_edges(width: int, height: int) -> None:
    wide, high = fitted((width, height), (300, 300))
    assert max(wide, high) == 300
    assert wide * height == pytest.approx(high * width, rel=0, abs=max(width, height))


def test_the_picture_lies_in_the_middle_between_grey_bars() -> None:
    canvas, placement = letterbox(np.full((100, 200, 3), 7, np.uint8), (300, 300))
    assert canvas.shape == (300, 300, 3)
    assert (placement.left, placement.top, placement.width, placement.height) == (0, 0.25, 1, 0.5)
    assert np.unique(canvas[75:225]).tolist() == [7]
    assert np.unique(np.delete(canvas, slice(75, 225), axis=0)).tolist() == [PADDING]


def test_a_thing_in_the_input_is_found_where_it_is_in_the_picture() -> None:
    bgr = np.zeros((480, 640, 3), np.uint8)
    bgr[120:240, 320:480] = 255
    canvas, placement = letterbox(bgr, (300, 300))
    rows, columns = np.nonzero((canvas == 255).all(axis=2))
    box = (columns.min() / 300, rows.min() / 300, (columns.max() + 1) / 300, (rows.max() + 1) / 300)
    assert placement.restore(box) == pytest.approx((0.5, 0.25, 0.75, 0.5), abs=0.006)


def test_a_box_that_reaches_into_the_bars_is_cut_at_the_pictures_edge() -> None:
    _, placement = letterbox(np.zeros((100, 200, 3), np.uint8), (300, 300))
    assert placement.restore((-0.1, 0.1, 1.2, 0.9)) == (0, 0, 1, 1)


def test_a_box_in_a_crop_is_restored_to_the_full_frame() -> None:
    assert uncropped((0.5, 0.5, 1, 1), (0.2, 0.4, 0.4, 0.8)) == pytest.approx((0.3, 0.6, 0.4, 0.8))
    assert uncropped((0.1, 0.2, 0.3, 0.4), None) == (0.1, 0.2, 0.3, 0.4)
