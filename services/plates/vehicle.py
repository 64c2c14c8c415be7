"""Where on a vehicle a plate is looked for, and which vehicle a plate is on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.core.polygon import Box, frontmost, holds, middle
from services.plates.plate import Pixels, Plate

LOWER = 0.6
"""The share of a vehicle's height, from below, that is read: what is painted on its sides and roof is left out."""

_SMALLEST = 16
"""Pixels: in a part less wide or high no plate can be read."""


def inside(box: Box) -> Box:
    """Return the part of a box that is inside the picture; without area when none is."""
    x1, y1, x2, y2 = (min(max(edge, 0.0), 1.0) for edge in box)
    return x1, y1, max(x1, x2), max(y1, y2)


def lower_part(box: Box) -> Box:
    """Return the lower part of a vehicle's box, inside the picture. What is cut off counts as part of its height."""
    x1, y1, x2, y2 = box
    return inside((x1, y2 - LOWER * (y2 - y1), x2, y2))


def cut(picture: Pixels, box: Box) -> tuple[Pixels, Box] | None:
    """Return the box's part of a picture, and the box (in fractions) of just these pixels; None if it is too small."""
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = inside(box)
    left, top, right, bottom = int(x1 * width), int(y1 * height), _up(x2 * width), _up(y2 * height)
    if right - left < _SMALLEST or bottom - top < _SMALLEST:
        return None
    return picture[top:bottom, left:right], (left / width, top / height, right / width, bottom / height)


def restored(part: Box, of: Box) -> Box:
    """Return a box in fractions of a cut-out part as fractions of the picture that it was cut from."""
    x1, y1, x2, y2 = inside(part)
    left, top, right, bottom = of
    width, height = right - left, bottom - top
    return inside((left + x1 * width, top + y1 * height, left + x2 * width, top + y2 * height))


def owner(plate: Box, vehicles: Sequence[Box]) -> int | None:
    """Return in which vehicle's lower part the middle of a plate is, None for none of them."""
    return frontmost([lower_part(vehicle) for vehicle in vehicles], middle(plate))


def by_vehicle(plates: Iterable[Plate], vehicles: Sequence[Box]) -> tuple[tuple[Plate, ...], ...]:
    """Return for each vehicle the plates on it, surest first. What was read twice in one place is one plate."""
    found: list[list[Plate]] = [[] for _ in vehicles]
    for plate in sorted(plates, key=lambda one: -one.score):
        number = owner(plate.box, vehicles)
        if number is not None and not any(holds(other.box, middle(plate.box)) for other in found[number]):
            found[number].append(plate)
    return tuple(tuple(one) for one in found)


def _up(value: float) -> int:
    return int(-(-value // 1))
