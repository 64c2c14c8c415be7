import math

from hypothesis import assume, given
from hypothesis import strategies as st

from services.core.polygon import Corner, foot, frontmost, holds, inside, middle

Corners = list[Corner]
SHARES = st.integers(0, 1000).map(lambda number: number / 1000)
POINTS = st.tuples(SHARES, SHARES)
POLYGONS = st.lists(POINTS, min_size=3, max_size=12)


def turned(start: Corner, end: Corner, point: Corner) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def regular(count: int, middle: Corner, radius: float) -> Corners:
    angles = [2 * math.pi * number / count for number in range(count)]
    return [(middle[0] + radius * math.cos(one), middle[1] + radius * math.sin(one)) for one in angles]


def test_a_thing_stands_in_the_middle_of_its_lower_edge() -> None:
    assert foot((0.2, 0.1, 0.4, 0.7)) == (0.30000000000000004, 0.7)


@given(POINTS, POINTS, POINTS)
def test_a_rectangle_holds_what_is_between_its_sides_or_on_them(one: Corner, other: Corner, at: Corner) -> None:
    (x1, y1), (x2, y2) = one, other
    assume(x1 != x2 and y1 != y2)
    between = min(x1, x2) <= at[0] <= max(x1, x2) and min(y1, y2) <= at[1] <= max(y1, y2)
    assert inside([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], at) == between


@given(POINTS, POINTS, POINTS, POINTS)
def test_a_triangle_holds_what_lies_on_one_side_of_all_its_sides(a: Corner, b: Corner, c: Corner, at: Corner) -> None:
    sides = [turned(a, b, at), turned(b, c, at), turned(c, a, at)]
    # Nearer than floating point can tell, either answer is right; on a straight edge there is a test of its own.
    assume(all(abs(one) > 1e-9 for one in sides) and abs(turned(a, b, c)) > 1e-9)
    assert inside([a, b, c], at) == (all(one > 0 for one in sides) or all(one < 0 for one in sides))


@given(POLYGONS, POINTS, st.integers(0, 11))
def test_it_matters_neither_where_drawing_began_nor_which_way_it_went(corners: Corners, at: Corner, first: int) -> None:
    begin = first % len(corners)
    expected = inside(corners, at)
    assert inside(corners[begin:] + corners[:begin], at) == expected
    assert inside(corners[::-1], at) == expected


@given(POLYGONS)
def test_every_corner_is_in_its_shape(corners: Corners) -> None:
    assert all(inside(corners, corner) for corner in corners)


@given(POLYGONS, POINTS)
def test_nothing_beyond_the_outermost_corners_is_in_a_shape(corners: Corners, at: Corner) -> None:
    right = max(x for x, _ in corners)
    below = max(y for _, y in corners)
    assert not inside(corners, (right + 0.001, at[1]))
    assert not inside(corners, (at[0], below + 0.001))


@given(st.integers(3, 24), POINTS, st.integers(1, 400), POINTS)
def test_a_round_shape_holds_what_is_near_its_middle(count: int, middle: Corner, size: int, at: Corner) -> None:
    radius, away = size / 1000, math.dist(middle, at)
    shape = regular(count, middle, radius)
    if away < radius * math.cos(math.pi / count) - 1e-9:
        assert inside(shape, at)
    if away > radius + 1e-9:
        assert not inside(shape, at)


def test_a_shape_with_a_bay_does_not_hold_what_is_in_the_bay() -> None:
    bay = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.3), (0.1, 0.9)]
    assert inside(bay, (0.2, 0.5))
    assert inside(bay, (0.8, 0.5))
    assert not inside(bay, (0.5, 0.6))


def test_a_shape_drawn_to_the_pictures_lower_edge_holds_what_leaves_the_picture_there() -> None:
    assert inside([(0.2, 0.6), (0.8, 0.6), (0.8, 1.0), (0.2, 1.0)], (0.5, 1.0))


def test_a_box_holds_its_middle_and_its_edge() -> None:
    box = (0.25, 0.5, 0.75, 1.0)
    assert middle(box) == (0.5, 0.75)
    assert holds(box, middle(box))
    assert holds(box, (0.25, 0.5))
    assert not holds(box, (0.2, 0.75))


def test_of_boxes_around_a_point_the_one_that_reaches_lowest_is_in_front() -> None:
    behind, front = (0.0, 0.0, 1.0, 0.5), (0.0, 0.25, 0.5, 0.75)
    assert frontmost([behind, front], (0.25, 0.4)) == 1
    assert frontmost([front, behind], (0.25, 0.4)) == 0
    assert frontmost([front, behind], (0.75, 0.4)) == 1
    assert frontmost([behind, front], (0.75, 0.8)) is None
