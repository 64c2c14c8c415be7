"""The coded part of a JPEG that has only one (baseline, as cameras send it): do the marks in it tell of damage?

Within it stand no marks but those that begin it anew every so many units, each of which is there (ITU T.81, B.2).
"""

import re
from typing import NamedTuple

from services.intake.jpeg import END, Size, segments

_SEQUENTIAL = (0xC0, 0xC1)
_INTERVAL, _BEGIN = 0xDD, 0xDA
_MARK = re.compile(rb"\xff+([\x01-\xfe])")
_RESTARTS = frozenset(bytes([one]) for one in range(0xD0, 0xD8))


class Scan(NamedTuple):
    """Where it begins and ends; how many restarts stand in it when it is whole."""

    begins: int
    ends: int
    restarts: int


def scan_of(data: bytes, size: Size) -> Scan | None:
    """None where a picture is coded otherwise."""
    frame, interval = None, 0
    for marker, at in segments(data):
        if marker in _SEQUENTIAL:
            frame = at
        elif marker == _INTERVAL:
            interval = _number(data, at + 4)
        elif marker == _BEGIN:
            if frame is None or data[at + 4] != data[frame + 9]:
                return None
            begins = at + 2 + _number(data, at + 2)
            ends = data.find(END, begins)
            return Scan(begins, ends, _restarts(_units(data, frame, size), interval)) if ends >= 0 else None
    return None


def is_damaged(data: bytes, scan: Scan) -> bool:
    """Whether foreign marks stand in it, or restarts are missing."""
    marks = _MARK.findall(data, scan.begins, scan.ends)
    return len(marks) < scan.restarts or not _RESTARTS.issuperset(marks)


def _units(data: bytes, frame: int, size: Size) -> int:
    """How many units are coded: eight by eight pixels, or more where colours are coarser than light."""
    count = data[frame + 9]
    samplings = data[frame + 11 : frame + 10 + 3 * count : 3] if count > 1 else b""
    across = 8 * max((1, *(one >> 4 for one in samplings)))
    down = 8 * max((1, *(one & 15 for one in samplings)))
    return -(-size.width // across) * -(-size.height // down)


def _restarts(units: int, interval: int) -> int:
    return -(-units // interval) - 1 if interval else 0


def _number(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]
