"""A picture as it came: does all of it decode, and how large is it? Other kinds are made a JPEG."""

from dataclasses import dataclass

from services.core.picture_limits import PIXELS_MAX
from services.ftp.picture_size import pixels as pixels_of
from services.ftp.refusal import Refusal
from services.intake.decoding import Damaged, TooManyPixels, check, decoding
from services.intake.jpeg import NotAJpeg, Size, Truncated

MAX_BYTES = 20_000_000
JPEG_QUALITY = 92


@dataclass(frozen=True)
class Checked:
    """A JPEG that decodes."""

    data: bytes
    size: Size


def check_jpeg(data: bytes) -> Checked:
    """The same bytes, having been decoded. Raises `Refusal`."""
    try:
        return Checked(data, check(data))
    except Truncated as error:
        raise Refusal.cut("the picture ends before its end") from error
    except NotAJpeg as error:
        raise Refusal("broken", "550 Not a whole picture: its header cannot be read") from error
    except TooManyPixels as error:
        raise Refusal("too_large", f"552 {error}") from error
    except Damaged as error:
        raise Refusal("broken", "550 Not a whole picture: parts of it are missing or do not decode") from error


def to_jpeg(data: bytes) -> Checked:
    """Another kind of picture (PNG, BMP, WebP; of a GIF the first one) as JPEG. Raises `Refusal`."""
    _refuse_bombs(data)
    # Some 27 MB in memory: not before the first picture comes.
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    with decoding:
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


def _refuse_bombs(data: bytes) -> None:
    try:
        pixels = pixels_of(data)
    except ValueError as error:
        raise Refusal("broken", "550 Not a whole picture: its header cannot be read") from error
    if pixels > PIXELS_MAX:
        raise Refusal("too_large", f"552 {pixels} pixels are too many")
