"""How large pictures that are no JPEG say that they are, by their heads: a small file may unpack into gigabytes."""

import struct


def pixels(data: bytes) -> int:
    """Width times height of a PNG, GIF, BMP or WebP. Raises `ValueError` where the head does not say it."""
    try:
        width, height = _size(data)
    except struct.error as error:
        raise ValueError("the head is cut short") from error
    return width * height


def _size(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        return _two(">II", data, 16)
    if data.startswith(b"GIF8"):
        return _two("<HH", data, 6)
    if data.startswith(b"BM"):
        width, height = _two("<ii", data, 18)
        return abs(width), abs(height)
    return _webp(data)


def _webp(data: bytes) -> tuple[int, int]:
    """Its canvas, which no frame of it may leave; of the simple kinds the only frame."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        (packed,) = struct.unpack_from("<I", data, 21)
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = _two("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no WebP")


def _two(form: str, data: bytes, place: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, data, place)
    return first, second
