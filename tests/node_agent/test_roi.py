"""Regions of interest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from node_agent.roi import Roi

PICTURE = np.zeros((240, 320), np.uint8)


def test_the_whole_picture_is_the_default() -> None:
    assert Roi().crop(PICTURE).shape == (240, 320)


def test_the_corners_are_percent_of_width_and_height() -> None:
    picture = PICTURE.copy()
    picture[120:, :160] = 1
    assert Roi(0, 50, 50, 100).crop(picture).min() == 1


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 300), st.integers(1, 300))
def test_a_region_is_never_empty(left: float, top: float, width: int, height: int) -> None:
    picture = np.zeros((height, width), np.uint8)
    assert Roi(left, top, min(100, left + 0.01), min(100, top + 0.01)).crop(picture).size >= 1
