from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.polygon import Box
from services.detector.crops import OVERLAP, SMALLEST, cut_out, is_whole, longest_part, parts
from services.detector.plugin import Detection
from services.store.seeing import CROPS
from tests.detector.conftest import FrameOf

SIDES = st.integers(SMALLEST, 8000)
KINDS = [kind for kind in CROPS if kind != "whole"]


def test_nothing_but_the_whole_is_looked_at_if_nothing_is_said() -> None:
    assert parts("whole", 1920, 1080) == []


def test_a_picture_without_a_long_side_has_no_squares() -> None:
    assert parts("squares", 1000, 1000) == []
    assert parts("squares", 1100, 1000) == []


@given(st.sampled_from(CROPS), st.integers(1, SMALLEST - 1), SIDES)
def test_a_tiny_picture_is_only_looked_at_as_a_whole(kind: str, short: int, long: int) -> None:
    assert parts(kind, short, long) == parts(kind, long, short) == []


@pytest.mark.parametrize(("width", "height", "count"), [(768, 576, 2), (1280, 720, 2), (2048, 720, 3), (4000, 720, 3)])
def test_two_or_three_squares_lie_along_the_long_side(width: int, height: int, count: int) -> None:
    lying, standing = parts("squares", width, height), parts("squares", height, width)
    assert len(lying) == count
    assert {(top, bottom) for _, top, _, bottom in lying} == {(0, 1)}
    assert [(top, left, bottom, right) for left, top, right, bottom in standing] == lying


def test_squares_are_square_where_three_of_them_reach() -> None:
    for width, height in ((768, 576), (1280, 720), (1720, 720)):
        for left, _, right, _ in parts("squares", width, height):
            assert (right - left) * width == pytest.approx(height)


@given(st.sampled_from(KINDS), SIDES, SIDES)
def test_the_parts_reach_from_edge_to_edge_and_overlap(kind: str, width: int, height: int) -> None:
    made = parts(kind, width, height)
    for near, far in ((0, 2), (1, 3)):
        spans = sorted({(part[near], part[far]) for part in made}) or [(0, 1)]
        assert spans[0][0] == 0
        assert spans[-1][1] == 1
        for (start, end), (following, _) in pairwise(spans):
            assert end - following >= OVERLAP * (end - start) - 1e-9


@given(st.sampled_from(CROPS), SIDES, SIDES)
def test_no_part_is_longer_than_it_is_said(kind: str, width: int, height: int) -> None:
    for left, top, right, bottom in parts(kind, width, height):
        assert max(right - left, bottom - top) <= longest_part(kind) + 1e-9


def test_four_and_nine_tiles() -> None:
    assert len(parts("tiles4", 640, 480)) == 4
    assert len(parts("tiles9", 640, 480)) == 9
    assert longest_part("tiles9") < longest_part("tiles4") < 0.6


def test_a_part_is_cut_out_to_the_pixel(frame_of: FrameOf) -> None:
    frame = frame_of(np.arange(10 * 20 * 3, dtype=np.uint8).reshape(10, 20, 3))
    made = cut_out(frame, (0.26, 0.0, 0.74, 0.5))
    assert made == replace(frame, bgr=made.bgr, crop=(0.25, 0, 0.75, 0.5))
    assert (made.bgr == frame.bgr[0:5, 5:15]).all()


HALF: Box = (0.5, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("box", "whole"),
    [
        ((0.6, 0.2, 0.7, 0.4), True),
        ((0.5, 0.2, 0.7, 0.4), False),
        ((0.504, 0.2, 0.7, 0.4), False),
        ((0.6, 0.0, 1.0, 1.0), True),
    ],
)
def test_what_is_cut_by_an_inner_edge_is_not_whole_but_what_leaves_the_picture_is(box: Box, whole: bool) -> None:
    detection = Detection("person", 0.9, (0.6, 0.2, 0.7, 0.4))
    assert is_whole(replace(detection, box=box), HALF) == whole
