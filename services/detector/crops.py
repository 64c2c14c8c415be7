"""Which parts of a picture are looked at besides the whole of it, so that small things become larger. Pure.

A model sees every picture at the same small size: a part of it loses less. What it costs and wins is told in
docs/detection.md, "Distant scenes".
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from services.core.polygon import Box
from services.detector.plugin import Detection, Frame
from services.store.seeing import WHOLE

OVERLAP = 0.2
"""The share of a part that its neighbour sees too: what stands across the edge of one is whole in the other."""

MOST_SQUARES = 3
CUT = 0.01
"""A box that comes nearer than this share of the part to an inner edge is of a thing that goes on beyond it."""

SMALLEST = 64
"""Pixels of the shorter side: a smaller picture has no parts that are worth a look."""

_TILES = {"tiles4": 2, "tiles9": 3}


def parts(crops: str, width: int, height: int) -> list[Box]:
    """Return the parts of a picture of so many pixels, as fractions of it; it may have none worth a look."""
    if crops == WHOLE or min(width, height) < SMALLEST:
        return []
    if crops == "squares":
        return _along_the_long_side(width, height)
    spans = _spans(_TILES[crops], _share(_TILES[crops]))
    return [(left, top, right, bottom) for top, bottom in spans for left, right in spans]


def longest_part(crops: str) -> float:
    """Return the share of the picture's longer side that the longest part has: what decoding must leave of it."""
    return _share(_TILES[crops]) if crops in _TILES else 1.0


def cut_out(frame: Frame, part: Box) -> Frame:
    """Return a part of a whole frame, to the pixel."""
    height, width = frame.bgr.shape[:2]
    x1, y1, x2, y2 = (round(edge * side) for edge, side in zip(part, (width, height) * 2, strict=True))
    return replace(frame, bgr=frame.bgr[y1:y2, x1:x2], crop=(x1 / width, y1 / height, x2 / width, y2 / height))


def is_whole(detection: Detection, part: Box) -> bool:
    """Return whether a thing found in a part ends within it: a half person is none, another part has the whole."""
    for near, far in ((0, 2), (1, 3)):
        slack = CUT * (part[far] - part[near])
        if part[near] > 0 and detection.box[near] < part[near] + slack:
            return False
        if part[far] < 1 and detection.box[far] > part[far] - slack:
            return False
    return True


def _along_the_long_side(width: int, height: int) -> list[Box]:
    ratio = max(width, height) / min(width, height)
    if ratio <= 1 + OVERLAP:
        return []
    count = min(max(ceil((ratio - OVERLAP) / (1 - OVERLAP)), 2), MOST_SQUARES)
    spans = _spans(count, max(1 / ratio, _share(count)))
    return [(near, 0.0, far, 1.0) if width >= height else (0.0, near, 1.0, far) for near, far in spans]


def _share(count: int) -> float:
    """How long each of so many parts is, that together reach from 0 to 1 and overlap."""
    return 1 / (count - (count - 1) * OVERLAP)


def _spans(count: int, length: float) -> list[tuple[float, float]]:
    step = (1 - length) / (count - 1)
    return [(min(step * number, 1 - length), min(step * number + length, 1.0)) for number in range(count)]
