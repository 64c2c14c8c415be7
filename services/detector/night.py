"""Tells a picture taken with infrared light, which has no colour, from one taken by day. Pure."""

from __future__ import annotations

import cv2
import numpy as np

from services.detector.plugin import Pixels

MOST_COLOUR = 0.05
"""The most colour that a picture without colour has, by `colour`.

On frames of the pedestrian clip: 0.31 to 0.33 as they are and as dark ones, 0.29 with the noise of a dark colour
picture. The same frames made grey: 0.00, dark with strong noise of its own in each channel 0.04, with a yellow time
printed over them 0.025. A tint that takes a 25th from one channel makes 0.06.
"""

_SIZE = (64, 48)


def colour(bgr: Pixels) -> float:
    """Return how colourful a picture is, 0..1: the mean saturation, in which dark pixels count less than bright ones.

    Unweighted, the noise of a dark grey picture passes for colour. Noise goes first, by shrinking the picture.
    """
    small = cv2.resize(bgr, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float64)
    brightest = small.max(axis=2)
    return float((brightest - small.min(axis=2)).sum() / max(brightest.sum(), 1.0))


def is_night(bgr: Pixels) -> bool:
    """Return whether a picture has no colour."""
    return colour(bgr) <= MOST_COLOUR
