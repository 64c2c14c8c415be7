"""Decodes a picture for looking at it. It came from the network: nothing about it is believed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.core.picture_limits import PIXELS_MAX
from services.look.header import HeaderError, read_header

Pixels = NDArray[np.uint8]
"""A picture as (height, width, 3), uint8, in the order blue, green, red."""

_REDUCED = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))


class PictureError(Exception):
    """A picture cannot be looked at, and never will be; the text says why, for people."""


def decode(data: bytes, max_pixels: int = PIXELS_MAX, long_side: int | None = None) -> Pixels:
    """Return a JPEG or PNG as BGR uint8, upright as its EXIF says; also grey, CMYK and 16 bit ones.

    With `long_side`, a JPEG may come back smaller than it is, but its longer side not shorter than that
    many pixels: for a model with a small input this saves most of the decoding. Raises PictureError if the
    data is empty, of another format, cut off, damaged, or would be more than `max_pixels` pixels, which is
    known before any is decoded.
    """
    try:
        header = read_header(data)
    except HeaderError as problem:
        raise PictureError(str(problem)) from problem
    if header.width * header.height > max_pixels:
        raise PictureError(
            f"the picture is {header.width} x {header.height}, more than {max_pixels / 1e6:g} million pixels"
        )
    flag = _flag(max(header.width, header.height), long_side) if header.format == "JPEG" else cv2.IMREAD_COLOR
    return _pixels(data, flag)


def _flag(side: int, long_side: int | None) -> int:
    if long_side is None:
        return cv2.IMREAD_COLOR
    return next((flag for factor, flag in _REDUCED if side >= factor * long_side), cv2.IMREAD_COLOR)


def _pixels(data: bytes, flag: int) -> Pixels:
    try:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as problem:
        raise PictureError(f"the picture is damaged: {problem.err}") from problem
    if bgr is None:
        raise PictureError("the picture is damaged: its content cannot be decoded")
    return bgr.astype(np.uint8, copy=False)
