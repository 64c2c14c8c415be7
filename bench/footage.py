"""Real pictures with people in them, each unlike any other: frames of a clip with a number painted in a corner."""

import itertools
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

JPEG_QUALITY = 85
FRAMES = 40
BITS = 24
BLOCK = 8  # pixels: a block of JPEG, so that neighbours leave the number alone


class Footage:
    """An endless supply of JPEGs (768×576, about 88 kB). Every frame of the clip shows people."""

    def __init__(self, clip: Path) -> None:
        """Reads frames spread over the clip. Raises `FileNotFoundError` when it is not there or no clip."""
        self._frames = _spread(clip, FRAMES)
        if not self._frames:
            raise FileNotFoundError(f"{clip} holds no frames: scripts/test fetches the clip")
        self._numbers = itertools.count()

    def picture(self) -> bytes:
        """The next one. May be called from several threads."""
        number = next(self._numbers)
        frame = self._frames[number % len(self._frames)].copy()
        _paint(frame, number)
        return bytes(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def _paint(frame: NDArray[np.uint8], number: int) -> None:
    for bit in range(BITS):
        frame[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 if number >> bit & 1 else 0


def _spread(clip: Path, count: int) -> list[NDArray[np.uint8]]:
    capture = cv2.VideoCapture(str(clip)) if clip.is_file() else None
    if capture is None:
        return []
    every = max(int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) // count, 1)
    frames: list[NDArray[np.uint8]] = []
    for number in itertools.count():
        good, frame = capture.read()
        if not good or len(frames) == count:
            break
        if number % every == 0:
            frames.append(np.asarray(frame, np.uint8))
    capture.release()
    return frames
