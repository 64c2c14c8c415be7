"""One captured picture inside the agent, before it becomes a message."""

from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

SMALL_WIDTH = 320


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture as the camera gave it: `pixels` of shape (height, width, 3), BGR, and when it was taken (UTC).

    The pixels belong to the frame and cannot be written to: frames wait in a ring until an event asks for
    them, and a capture buffer used twice would send the same picture again and again.
    """

    pixels: Pixels
    captured_at: datetime

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)


def scaled(frame: Frame, resolution: tuple[int, int] | None) -> Frame:
    """The frame at `resolution` (width, height) where one is asked for."""
    height, width = frame.pixels.shape[:2]
    if resolution is None or resolution == (width, height):
        return frame
    return Frame(_uint8(cv2.resize(frame.pixels, resolution, interpolation=cv2.INTER_AREA)), frame.captured_at)


def small_grey(pixels: Pixels) -> Pixels:
    """What the detectors look at: grey, shape (height in proportion, 320)."""
    height, width = pixels.shape[:2]
    size = (SMALL_WIDTH, max(1, round(height * SMALL_WIDTH / width)))
    return _uint8(cv2.cvtColor(cv2.resize(pixels, size), cv2.COLOR_BGR2GRAY))


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """The picture as JPEG bytes; `quality` 1 to 100."""
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def _uint8(array: npt.NDArray[np.generic]) -> Pixels:
    return array.astype(np.uint8, copy=False)
