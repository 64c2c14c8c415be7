"""Views of the clip's street in which nothing moves: empty, and with one person who stands; in any light."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

View = NDArray[np.uint8]
Light = Callable[[int], float]
EVERY = 20
PERSON_FRAME = 566
PERSON = (169, 338, 253, 562)
"""x1, y1, x2, y2 in pixels around somebody who crosses the street alone."""
NOISE = 3.0
JPEG_QUALITY = 85


def street(clip: Path) -> tuple[View, View]:
    """The street without people, and with one. Raises `FileNotFoundError` when the clip is not there or too short."""
    frames, person = [], None
    capture = cv2.VideoCapture(str(clip))
    for number in count():
        good, frame = capture.read()
        if not good:
            break
        if number % EVERY == 0:
            frames.append(frame)
        person = frame if number == PERSON_FRAME else person
    capture.release()
    if person is None:
        raise FileNotFoundError(f"{clip} is not the clip of people in a street: scripts/test fetches it")
    # Whoever walks is at each place for a moment only: the median of many frames shows nobody.
    empty = np.median(np.stack(frames), axis=0).astype(np.uint8)
    x1, y1, x2, y2 = PERSON
    standing = empty.copy()
    standing[y1:y2, x1:x2] = person[y1:y2, x1:x2]
    return empty, standing


def shot(view: View, number: int, light: float, shade: float | None = None) -> bytes:
    """A JPEG of it in this light (1 = as it is) with a sensor's noise, so that no two are alike.

    `shade` is where the edge of a shadow lies, as a share of the width: what is left of it is half as light.
    """
    noise = np.random.default_rng(number).normal(0, NOISE, view.shape)
    lit = view * light
    if shade is not None:
        lit[:, : round(view.shape[1] * min(max(shade, 0.0), 1.0))] *= 0.5
    pixels = np.clip(lit + noise, 0, 255).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
