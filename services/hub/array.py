"""Array messages (`send_image`) become the JPEG that the same sender would have made."""

import cv2
import numpy as np

JPEG_QUALITY = 95


class NotEncodable(Exception):
    """JPEG has no room for it: a side is over 65 500 pixels."""


def encode(data: bytes | memoryview, shape: tuple[int, ...]) -> bytes:
    """`data` is uint8 in C order, `shape` rows, columns and, unless grey, 3 channels in BGR. Raises `NotEncodable`."""
    array = np.frombuffer(data, np.uint8).reshape(shape)
    try:
        done, encoded = cv2.imencode(".jpg", array, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    except cv2.error as error:
        raise NotEncodable from error
    if not done:
        raise NotEncodable
    return encoded.tobytes()
