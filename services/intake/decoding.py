"""A picture's inside: does all of it decode? Marks at both ends say nothing of what is missing between them."""

import threading
from typing import Any

from services.core.picture_limits import PIXELS_MAX
from services.intake.jpeg import END, Size, measure
from services.intake.scan import is_damaged, scan_of

# Each decode takes the picture's pixels in memory; more of them at once are no quicker than there are cores.
decoding = threading.Semaphore(2)
# What a decoder makes of a block for which it has no data.
_BLANK = 128
_MORE = bytes(range(1, 251)) * 4


class TooManyPixels(Exception):
    """More than `PIXELS_MAX`."""


class Damaged(Exception):
    """It begins and ends like a JPEG, and does not decode, or not all of it."""


def check(data: bytes) -> Size:
    """Its size, all of it having been decoded. Raises `NotAJpeg`, `Truncated`, `TooManyPixels` or `Damaged`."""
    size = measure(data)
    if size.width * size.height > PIXELS_MAX:
        raise TooManyPixels(f"{size.width} by {size.height} pixels are too many")
    scan = scan_of(data, size)
    if scan and is_damaged(data, scan):
        raise Damaged
    small = decoded(data)
    if small[-1, -1] == _BLANK and _wants_more(data, scan.ends if scan else data.rfind(END), small):
        raise Damaged
    return size


def _wants_more(data: bytes, end: int, small: Any) -> bool:
    """Whether the decoder ran out of data: then it makes another picture of more, and of a whole one it does not."""
    longer = decoded(data[:end] + _MORE + data[end:])
    return bool((longer != small).any())


def decoded(data: bytes) -> Any:
    """An eighth of the pixels, of all the data: the mean grey of each block of eight by eight, as (rows, columns)."""
    # Some 27 MB in memory: not before the first picture comes.
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    flags = cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_IGNORE_ORIENTATION
    with decoding:
        try:
            small = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        except cv2.error as error:
            raise Damaged from error
    if small is None:
        raise Damaged
    return small
