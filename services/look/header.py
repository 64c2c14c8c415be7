"""Reads what a JPEG or PNG says about itself, without decoding it.

Formats: JPEG as in ITU-T T.81 annex B (markers and their segments), PNG as in its specification (signature,
chunks).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..15; the others in the range are tables
_PNG = b"\x89PNG\r\n\x1a\n"


class HeaderError(Exception):
    """The data is not a whole picture of a format that is known; the text says what it is."""


@dataclass(frozen=True)
class Header:
    """What a picture says it is; width and height are as stored, before any turning by EXIF."""

    format: str
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """Return the header of a JPEG or PNG that is there to its end. Raises HeaderError otherwise."""
    if not data:
        raise HeaderError("the picture is empty")
    if data.startswith(_START):
        return _jpeg(data)
    if data.startswith(_PNG):
        return _png(data)
    raise HeaderError("the data is neither JPEG nor PNG")


def _jpeg(data: bytes) -> Header:
    size: tuple[int, int] | None = None
    position = len(_START)
    while True:
        marker, position = _next_marker(data, position)
        if marker in _WITHOUT_LENGTH:
            continue
        segment, after = _segment(data, position)
        if marker in _FRAMES and len(segment) >= 5:
            height, width = struct.unpack(">HH", segment[1:5])
            size = width, height
        if marker == _SCAN:
            break
        position = after
    # Only behind the scan: an EXIF preview has an end of its own.
    if data.rfind(_END, position) < 0:
        raise HeaderError("the picture is cut off: the end of the JPEG is missing")
    return _header("JPEG", size)


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    """Return the marker at the position and where its segment begins; fill bytes (FF) may come before."""
    if data[position : position + 1] not in (b"\xff", b""):
        raise HeaderError("the picture is damaged: a JPEG marker is not where it should be")
    while data[position : position + 1] == b"\xff":
        position += 1
    if position >= len(data):
        raise HeaderError("the picture is cut off within its header")
    return data[position], position + 1


def _segment(data: bytes, position: int) -> tuple[bytes, int]:
    if position + 2 > len(data):
        raise HeaderError("the picture is cut off within its header")
    (length,) = struct.unpack_from(">H", data, position)
    if length < 2 or position + length > len(data):
        raise HeaderError("the picture is cut off within its header")
    return data[position + 2 : position + length], position + length


def _png(data: bytes) -> Header:
    if data[12:16] != b"IHDR" or len(data) < 24:
        raise HeaderError("the picture is cut off within its header")
    if b"IEND" not in data[-64:]:
        raise HeaderError("the picture is cut off: the end of the PNG is missing")
    return _header("PNG", struct.unpack_from(">II", data, 16))


def _header(kind: str, size: tuple[int, int] | None) -> Header:
    if size is None or 0 in size:
        raise HeaderError(f"the picture is damaged: the {kind} does not say how large it is")
    return Header(kind, *size)
