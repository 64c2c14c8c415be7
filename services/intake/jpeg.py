"""A look at a JPEG's outside: is it whole, and how large is the picture? A decode would cost a hundred times more."""

from collections.abc import Iterator
from typing import NamedTuple

START = b"\xff\xd8\xff"
END = b"\xff\xd9"
TAIL = 1024
# A profile and an embedded preview take some dozens; more is a trap for whoever walks them.
SEGMENTS_MAX = 1000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


class NotAJpeg(Exception):
    """The bytes do not begin like a JPEG, or say no size."""


class Truncated(Exception):
    """It begins like a JPEG and does not end like one: its sending was cut short."""


def measure(data: bytes | memoryview) -> Size:
    """The picture's size from its header (ITU T.81, SOF marker). Raises `NotAJpeg` or `Truncated`.

    The end marker may stand up to 1 kB before the end: some cameras pad.
    """
    if bytes(data[:3]) != START:
        raise NotAJpeg
    if END not in bytes(data[-TAIL:]):
        raise Truncated
    return _frame_size(data)


def _frame_size(data: bytes | memoryview) -> Size:
    for marker, at in segments(data):
        if marker in _FRAMES:
            return _size(data, at)
    raise NotAJpeg


def segments(data: bytes | memoryview) -> Iterator[tuple[int, int]]:
    """Marker and place of each segment of the header, up to where what follows is none."""
    at, length = 2, len(data)
    for _ in range(SEGMENTS_MAX):
        if at + 9 >= length or data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            yield marker, at
            at += 2 + max(2, data[at + 2] << 8 | data[at + 3])


def _size(data: bytes | memoryview, at: int) -> Size:
    size = Size(data[at + 7] << 8 | data[at + 8], data[at + 5] << 8 | data[at + 6])
    if not all(size):
        raise NotAJpeg
    return size
