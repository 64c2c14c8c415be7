"""When a JPEG says that it was taken: DateTimeOriginal of its EXIF block (CIPA DC-008), and nothing else of it."""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from services.ftp.named_time import of_local

_HEADER = b"Exif\0\0"
_POINTER, _TAKEN, _OFFSET, _FRACTION = 0x8769, 0x9003, 0x9011, 0x9291
_ASCII, _LONG = 2, 4
_TEXTS = frozenset({_TAKEN, _OFFSET, _FRACTION})
# Where a camera does not know its offset, blanks may stand there.
_IS_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d", re.ASCII)
ENTRIES_MAX = 200
SEARCHED = 65_536 * 2


def taken_at(data: bytes, zone: tzinfo, near: datetime) -> datetime | None:
    """Aware UTC; None where it does not say. Without an offset in it, it is the house's local time (`zone`)."""
    at = data.find(_HEADER, 0, SEARCHED)
    if at < 0:
        return None
    try:
        fields = dict(_fields(data[at + len(_HEADER) :][:SEARCHED]))
        return _moment(fields, zone, near)
    except (struct.error, ValueError, OverflowError):
        return None


def _moment(fields: dict[int, str], zone: tzinfo, near: datetime) -> datetime | None:
    if _TAKEN not in fields:
        return None
    naive = datetime.strptime(fields[_TAKEN], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (its zone follows)
    naive += timedelta(microseconds=int(fields.get(_FRACTION, "0")[:6].ljust(6, "0")))
    offset = fields.get(_OFFSET, "")
    if _IS_OFFSET.fullmatch(offset):
        # Here, for the first and the last hours of all years have no UTC.
        return datetime.fromisoformat(naive.isoformat() + offset).astimezone(UTC)
    return of_local(naive, zone, near)


def _fields(tiff: bytes) -> Iterator[tuple[int, str]]:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    for tag, kind, count, place in _entries(tiff, order, first):
        if tag == _POINTER and kind == _LONG:
            (inner,) = struct.unpack_from(f"{order}I", tiff, place)
            for name, form, length, where in _entries(tiff, order, inner):
                if name in _TEXTS and form == _ASCII:
                    yield name, _text(tiff, order, length, where)
        elif tag in _TEXTS and kind == _ASCII:
            yield tag, _text(tiff, order, count, place)


def _entries(tiff: bytes, order: str, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, count and the place of the value of each entry of a directory."""
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for number in range(min(count, ENTRIES_MAX)):
        entry = at + 2 + 12 * number
        yield (*struct.unpack_from(f"{order}HHI", tiff, entry), entry + 8)


def _text(tiff: bytes, order: str, length: int, place: int) -> str:
    if length > 4:
        (place,) = struct.unpack_from(f"{order}I", tiff, place)
    return tiff[place : place + min(length, 64)].split(b"\0")[0].decode("ascii", "replace").strip()
