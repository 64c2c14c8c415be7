"""A picture as it came: is it whole, does it decode, how large is it, and when does it say that it was taken?"""

import threading
from dataclasses import dataclass

from services.ftp.refusal import Refusal
from services.intake.jpeg import NotAJpeg, Size, Truncated, measure

MAX_BYTES = 20_000_000
MAX_PIXELS = 100_000_000
JPEG_QUALITY = 92
# Each decode takes the picture's pixels in memory; more of them at once are no quicker than there are cores.
_decoding = threading.Semaphore(2)


@dataclass(frozen=True)
class Checked:
    """A JPEG that decodes."""

    data: bytes
    size: Size


def check_jpeg(data: bytes) -> Checked:
    """The same bytes, having been decoded. Raises `Refusal`."""
    try:
        size = measure(data)
    except Truncated as error:
        raise Refusal.cut("the picture ends before its end") from error
    except NotAJpeg as error:
        raise Refusal("broken", "550 Not a whole picture: its header cannot be read") from error
    if size.width * size.height > MAX_PIXELS:
        raise Refusal("too_large", f"552 {size.width} by {size.height} pixels are too many")
    _decode_small(data)
    return Checked(data, size)


def to_jpeg(data: bytes) -> Checked:
    """Another kind of picture (PNG, BMP, WebP; of a GIF the first one) as JPEG. Raises `Refusal`."""
    # Some 27 MB in memory: not before the first picture comes.
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    with _decoding:
        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        except cv2.error:
            pixels = None
        if pixels is None:
            raise Refusal("broken", "550 Not a whole picture: it does not decode")
        done, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise Refusal("broken", "550 This picture cannot be made a JPEG")
    return Checked(jpeg.tobytes(), Size(pixels.shape[1], pixels.shape[0]))


def _decode_small(data: bytes) -> None:
    """The whole of the data is read, an eighth of the pixels is made of it."""
    import cv2  # noqa: PLC0415 (as above)
    import numpy as np  # noqa: PLC0415

    with _decoding:
        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        except cv2.error:
            pixels = None
    if pixels is None:
        raise Refusal("broken", "550 Not a whole picture: it does not decode")
