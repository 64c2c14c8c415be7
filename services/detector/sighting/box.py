"""Boxes beside each other. Pure; a box is x1, y1, x2, y2 as shares of the picture."""

from __future__ import annotations

from math import hypot, sqrt

from services.core.polygon import Box


def area(box: Box) -> float:
    """Share of the picture."""
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def shared(one: Box, other: Box) -> float:
    """The area that both have."""
    corners = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return area(corners)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0-1."""
    both = shared(one, other)
    union = area(one) + area(other) - both
    return both / union if union > 0 else 0.0


def inside(one: Box, other: Box) -> float:
    """How much of the first lies in the second, 0-1."""
    whole = area(one)
    return shared(one, other) / whole if whole > 0 else 0.0


def apart(one: Box, other: Box) -> float:
    """How far their middles are from each other, in sizes (the root of the larger one's area)."""
    size = sqrt(max(area(one), area(other)))
    aside = (one[0] + one[2] - other[0] - other[2]) / 2
    below = (one[1] + one[3] - other[1] - other[3]) / 2
    return hypot(aside, below) / size if size > 0 else float("inf")


def likeness_of_size(one: Box, other: Box) -> float:
    """The smaller area as a share of the larger one, 0-1."""
    larger = max(area(one), area(other))
    return min(area(one), area(other)) / larger if larger > 0 else 0.0


def widened(box: Box, by: float = 0.5) -> Box:
    """With so much of its width and height more on each side, as far as the picture goes."""
    width, height = (box[2] - box[0]) * by, (box[3] - box[1]) * by
    return max(box[0] - width, 0.0), max(box[1] - height, 0.0), min(box[2] + width, 1.0), min(box[3] + height, 1.0)
