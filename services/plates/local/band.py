"""The blue band on the left of European plates: its country letter is none of the plate's text."""

from __future__ import annotations

import cv2
import numpy as np

from services.plates.local.line import Line
from services.plates.plate import Pixels

_HUES = (95, 130)  # of 180: blue
_LEAST_COLOUR = 90  # of 255: the ink of a black sign and a white ground have less
_WIDEST = 0.22  # of the line: so wide is a band beside the shortest text
_NARROWEST = 0.22  # of the line's height
_BANDS = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "L", "M", "N", "P", "R", "S")
"""What the countries' letters begin with."""


def without_band(pixels: Pixels, line: Line) -> Pixels | None:
    """Return the line alone, set upright, without its band; None when it has none, or none that was read with it."""
    if not line.raw.upper().startswith(_BANDS):
        return None
    upright = _upright(pixels, line)
    edge = _band_edge(upright)
    return upright[:, edge:] if edge else None


def _band_edge(upright: Pixels) -> int:
    """The column where the band ends, 0 without one."""
    reach = round(upright.shape[1] * _WIDEST)
    hue, colour, _ = cv2.split(cv2.cvtColor(upright[:, :reach], cv2.COLOR_BGR2HSV))
    blue = (hue >= _HUES[0]) & (hue <= _HUES[1]) & (colour >= _LEAST_COLOUR)
    columns = np.flatnonzero(blue.mean(axis=0) > 0.5)
    # Blue ink has strokes of blue columns too, but none so wide.
    is_band = len(columns) >= _NARROWEST * upright.shape[0] and columns[-1] < reach - 1
    return int(columns[-1]) + 1 if is_band else 0


def _upright(pixels: Pixels, line: Line) -> Pixels:
    corners = line.corners.astype(np.float32)
    width = max(round(float(np.linalg.norm(corners[1] - corners[0]))), 8)
    height = max(round(float(np.linalg.norm(corners[3] - corners[0]))), 8)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    turned = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, target), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return turned.astype(np.uint8, copy=False)
