"""The spool: what an intake has accepted and MariaDB does not know yet. Append-only segments on disk.

One process appends, one other reads. A record is `length crc32 json` (two little-endian 32-bit numbers, then
the bytes), so a record that a power cut tore is recognised. A length of 0 with a checksum that zeros cannot be
closes a group: what stands before it is durable and may be answered. The writer puts a group's records down first,
then its pictures, flushes the file system once, closes the group, and only then answers. So a picture never lacks
its record, and a record without its whole picture is one that was never acknowledged.

The reader hands out closed groups. Records behind the last closed group of a segment that is no longer written
to are `doubtful` (a writer was killed there): whoever drains them looks at the pictures first. The reader keeps
its place in a `cursor` file and deletes segments that it has drained.
"""

import contextlib
import errno
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.core.logging import get

SEGMENT_BYTES = 8_000_000
SUFFIX = ".spool"
CURSOR = "cursor"
_HEAD = struct.Struct("<II")
# Not zero: some file systems leave zeros at the end of a file after a power cut.
_CLOSE_CHECKSUM = 0x636C6F73
_CLOSE = _HEAD.pack(0, _CLOSE_CHECKSUM)
TORN = ".torn"
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
log = get(__name__)

Record = dict[str, Any]
"""A JSON object; `kind` says what it is, `id` is a UUIDv7."""


def _frame(record: Record) -> bytes:
    body = _to_json(record).encode("utf-8", "surrogatepass")
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


class SpoolWriter:
    """Appends records. Every start opens a new segment, so a torn end is never written over."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._descriptor = -1
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._size = self._closed = 0
        self._is_open = False
        self._open_next()

    def append(self, records: Iterable[Record]) -> None:
        """Begins a group. Raises `OSError`; then, as after any other error, call `take_back`."""
        if self._is_open:
            # The last group failed, and so did taking it back: it must not be closed together with this one.
            self.take_back()
        data = b"".join(map(_frame, records))
        if self._closed and self._closed + len(data) > self._segment_bytes:
            self._open_next()
        self._is_open = True
        self._write(data)

    def close_group(self) -> None:
        """Says that what was appended is durable, pictures and all. Raises `OSError`."""
        self._write(_CLOSE)
        self._closed = self._size
        self._is_open = False

    def take_back(self) -> None:
        """Takes the open group back: it could not be made durable, and nobody is told that it was."""
        os.ftruncate(self._descriptor, self._closed)
        self._size = self._closed
        self._is_open = False

    def close(self) -> None:
        """Closes the segment."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        written = os.write(self._descriptor, data)
        if written != len(data):
            raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes fitted on the disk", str(self._folder))
        self._size += written

    def _open_next(self) -> None:
        number = max((_number(path) for path in segments(self._folder)), default=_cursor(self._folder)[0]) + 1
        path = self._folder / f"{number:012d}{SUFFIX}"
        fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._size, self._closed = fresh, 0, 0


@dataclass(frozen=True)
class Batch:
    """Records that have been read but not drained. `doubtful`: their group was never closed."""

    records: list[Record]
    place: tuple[int, int]
    doubtful: bool = False


class SpoolReader:
    """Reads in order. A batch is read again until `drained` has been called with it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._place = _cursor(folder)

    def read(self, most: int) -> Batch:
        """Whole groups, until there are at least `most` records; an empty batch when nothing waits."""
        paths = [path for path in segments(self.folder) if _number(path) >= self._place[0]]
        place = self._place
        for path in paths:
            start = place[1] if _number(path) == place[0] else 0
            batch = _read(path, start, most, is_last=path == paths[-1])
            if batch.records:
                return batch
            if path != paths[-1]:
                _set_torn_aside(path, batch.place[1])
            place = batch.place
        return Batch([], place)

    def drained(self, batch: Batch) -> None:
        """Says that a batch is in the database; deletes segments that are behind it."""
        if batch.place == self._place:
            return
        self._place = batch.place
        _write_cursor(self.folder, batch.place)
        for path in segments(self.folder):
            if _number(path) < batch.place[0]:
                path.unlink(missing_ok=True)

    def depth(self) -> int:
        """Bytes that wait to be drained."""
        number, offset = self._place
        return sum(
            max(0, _size(path) - (offset if _number(path) == number else 0))
            for path in segments(self.folder)
            if _number(path) >= number
        )


def _read(path: Path, start: int, most: int, is_last: bool) -> Batch:
    closed: list[Record] = []
    still_open: list[Record] = []
    place = end = start
    for record, after in _records(path, start):
        end = after
        if record is not None:
            still_open.append(record)
            continue
        closed += still_open
        still_open, place = [], end
        if len(closed) >= most:
            break
    if closed or is_last:
        return Batch(closed, (_number(path), place))
    return Batch(still_open, (_number(path), end), doubtful=True)


def _set_torn_aside(path: Path, end: int) -> None:
    """Keeps a copy of a segment that breaks off before its end: a doctor, or a person, may want to see it."""
    left = _size(path) - end
    aside = path.with_suffix(TORN)
    if left > 0 and not aside.exists():
        aside.hardlink_to(path)
        log.warning("spool_torn", segment=str(aside), at=end, bytes_unread=left)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        # It has been drained since the folder was listed.
        return 0


def segments(folder: Path) -> list[Path]:
    """The segments of a spool, oldest first."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.stem.isdigit())


def read_all(folder: Path) -> Iterator[Record]:
    """Every record that waits, without taking any: for checks."""
    for path, start in _waiting(folder):
        yield from (record for record, _ in _records(path, start) if record is not None)


def read_closed(folder: Path) -> Iterator[Record]:
    """Those of them whose group is closed: they have been answered, so their pictures must be there."""
    for path, start in _waiting(folder):
        group: list[Record] = []
        for record, _ in _records(path, start):
            if record is not None:
                group.append(record)
                continue
            yield from group
            group = []


def _waiting(folder: Path) -> Iterator[tuple[Path, int]]:
    """Segments with something to drain, and where in them it begins."""
    number, offset = _cursor(folder)
    for path in segments(folder):
        at = _number(path)
        if at >= number:
            yield path, offset if at == number else 0


def _records(path: Path, start: int) -> Iterator[tuple[Record | None, int]]:
    """Whole records (None closes a group) and the place behind each; stops at one that is torn or not there yet."""
    # A segment may have been drained and deleted since the folder was listed.
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(start)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            body = file.read(length)
            if len(body) != length or checksum != (zlib.crc32(body) if length else _CLOSE_CHECKSUM):
                return
            start += _HEAD.size + length
            yield (json.loads(body.decode("utf-8", "surrogatepass")) if length else None), start


def _number(path: Path) -> int:
    return int(path.stem)


def _cursor(folder: Path) -> tuple[int, int]:
    try:
        number, offset = (folder / CURSOR).read_text().split()
        return int(number), int(offset)
    except (FileNotFoundError, ValueError):
        # Without a place, everything that is left is read again: rows are written once whatever comes twice.
        return 0, 0


def _write_cursor(folder: Path, place: tuple[int, int]) -> None:
    temporary = folder / f".{CURSOR}"
    temporary.write_text(f"{place[0]} {place[1]}")
    temporary.replace(folder / CURSOR)
