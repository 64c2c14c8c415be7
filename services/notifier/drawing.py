"""Draws on a copy of a picture what was detected in it: boxes, labels and scores."""

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from services.store.album import Box

SIDE_MAX = 1920
QUALITY = 85
COLOUR = (0, 140, 255)
INK = (0, 0, 0)
FONT = cv2.FONT_HERSHEY_SIMPLEX
Pixels: TypeAlias = NDArray[np.uint8]


def annotate(data: bytes, boxes: Sequence[Box]) -> bytes | None:
    """A JPEG of at most 1920 pixels a side with what was kept drawn on it; None when `data` is no picture."""
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            return None
        copy = _scaled(pixels.astype(np.uint8, copy=False))
        for box in boxes:
            if box.dropped_because is None:
                _draw(copy, box)
        return bytes(cv2.imencode(".jpg", copy, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))[1])
    except cv2.error:
        return None


def _scaled(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    share = min(1.0, SIDE_MAX / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return pixels if share == 1.0 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _draw(pixels: Pixels, box: Box) -> None:
    height, width = pixels.shape[:2]
    left, top, right, bottom = (
        round(share * side)
        for share, side in ((box.x1, width - 1), (box.y1, height - 1), (box.x2, width - 1), (box.y2, height - 1))
    )
    line = max(2, round(max(height, width) / 400))
    cv2.rectangle(pixels, (left, top), (right, bottom), INK, line + 2)
    cv2.rectangle(pixels, (left, top), (right, bottom), COLOUR, line)
    _write(pixels, f"{box.label} {box.score:.0%}", (left, top), line)


def _write(pixels: Pixels, text: str, corner: tuple[int, int], line: int) -> None:
    """The text on a plate above the box, or inside it where the picture ends."""
    scale = max(0.4, max(pixels.shape[:2]) / 1400)
    (width, height), rest = cv2.getTextSize(text, FONT, scale, max(1, line // 2))
    x = max(0, min(corner[0], pixels.shape[1] - width))
    y = max(corner[1], height + rest + line)
    cv2.rectangle(pixels, (x, y - height - rest - line), (x + width, y), COLOUR, cv2.FILLED)
    cv2.putText(pixels, text, (x, y - rest), FONT, scale, INK, max(1, line // 2), cv2.LINE_AA)
