"""Where a thing stands, and whether a point is in a shape that somebody drew. Pure."""

from collections.abc import Sequence

Corner = tuple[float, float]
"""x and y as shares 0-1 of the picture's width and height, from its top left corner."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 as shares 0-1 of the picture's width and height, from its top left corner."""


def foot(box: Box) -> Corner:
    """Return the middle of the box's lower edge: where the thing touches the ground, as well as a box can say."""
    return (box[0] + box[2]) / 2, box[3]


def middle(box: Box) -> Corner:
    """Return the point in the middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def holds(box: Box, point: Corner) -> bool:
    """Return whether a point is in a box or on its edge."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def frontmost(boxes: Sequence[Box], point: Corner) -> int | None:
    """Return which of some boxes a point is in, None for none of them.

    Of several, the one that reaches lowest in the picture is nearest to the camera, and hides the others.
    """
    around = [number for number, box in enumerate(boxes) if holds(box, point)]
    return max(around, key=lambda number: boxes[number][3], default=None)


def inside(corners: Sequence[Corner], point: Corner) -> bool:
    """Return whether a point is in a polygon or on its edge.

    The edge counts, because a thing that leaves the picture below has its foot just on the picture's edge,
    where shapes are drawn to. Where a shape crosses itself, every second layer is outside, as it is shown.
    """
    sides = list(zip(corners, [*corners[1:], *corners[:1]], strict=True))
    crossed = sum(_is_left_of(point, start, end) for start, end in sides)
    return crossed % 2 == 1 or any(_is_on(point, start, end) for start, end in sides)


def _is_left_of(point: Corner, start: Corner, end: Corner) -> bool:
    """Whether a line from the point to the right crosses the side; of the side's ends, only the upper one counts."""
    if (start[1] > point[1]) == (end[1] > point[1]):
        return False
    share = (point[1] - start[1]) / (end[1] - start[1])
    return point[0] < start[0] + share * (end[0] - start[0])


def _is_on(point: Corner, start: Corner, end: Corner) -> bool:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    on_line = (x2 - x1) * (y - y1) == (y2 - y1) * (x - x1)
    return on_line and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
