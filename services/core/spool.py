"""The spool: what an intake has accepted and MariaDB does not know yet. Append-only segments on disk.

One process appends, one other reads. A record is `length crc32 json` (two little-endian 32-bit numbers, then
the bytes), so a record that a power cut tore is recognised and ends its segment. Nothing here flushes: the
writer's caller makes pictures and records durable together, with one flush of the file system, and only then
answers. The reader keeps its place in a `cursor` file and deletes segments that it has drained.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEGMENT_BYTES = 8_000_000
SUFFIX = ".spool"
CURSOR = "cursor"
_HEAD = struct.Struct("<II")

Record = dict[str, Any]
"""A JSON object; `kind` says what it is, `id` is a UUIDv7."""


class SpoolDamaged(Exception):
    """A record in the middle of a segment cannot be read; the text names the file and the place."""


def _frame(record: Record) -> bytes:
    body = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


class SpoolWriter:
    """Appends records. Every start opens a new segment, so a torn end is never written over."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._descriptor = -1
        self._size = 0
        self._open_next()

    def append(self, records: Iterable[Record]) -> None:
        """Writes records in one go. Raises `OSError`, and then none of them is in the spool."""
        data = b"".join(map(_frame, records))
        if self._size and self._size + len(data) > self._segment_bytes:
            self._open_next()
        written = os.write(self._descriptor, data)
        if written != len(data):
            os.ftruncate(self._descriptor, self._size)
            raise OSError(28, f"only {written} of {len(data)} bytes fitted on the disk", str(self._folder))
        self._size += len(data)

    def take_back(self, size: int) -> None:
        """Cuts the segment back to an earlier `size`: those records could not be made durable."""
        os.ftruncate(self._descriptor, size)
        self._size = size

    @property
    def size(self) -> int:
        """Bytes in the present segment."""
        return self._size

    def close(self) -> None:
        """Closes the segment."""
        os.close(self._descriptor)

    def _open_next(self) -> None:
        number = max((_number(path) for path in segments(self._folder)), default=_cursor(self._folder)[0]) + 1
        path = self._folder / f"{number:012d}{SUFFIX}"
        fresh = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._size = fresh, 0


@dataclass(frozen=True)
class Batch:
    """Records that have been read but not drained; `place` is where the next ones begin."""

    records: list[Record]
    place: tuple[int, int]


class SpoolReader:
    """Reads in order. A batch is read again until `drained` has been called with it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._place = _cursor(folder)
        self.damaged = 0

    def read(self, most: int) -> Batch:
        """Up to `most` records from the present place; an empty batch when there are none."""
        place = self._place
        for path in segments(self._folder):
            number = _number(path)
            if number < place[0]:
                continue
            start = place[1] if number == place[0] else 0
            records, end = self._read_segment(path, start, most)
            if records:
                return Batch(records, (number, end))
            place = (number, end)
        return Batch([], place)

    def drained(self, batch: Batch) -> None:
        """Says that a batch is in the database; deletes segments that are behind it."""
        self._place = batch.place
        _write_cursor(self._folder, batch.place)
        for path in segments(self._folder):
            if _number(path) < batch.place[0]:
                path.unlink(missing_ok=True)

    def depth(self) -> int:
        """Bytes that wait to be drained."""
        sizes = ((_number(path), path.stat().st_size) for path in segments(self._folder))
        number, offset = self._place
        return sum(size - (offset if at == number else 0) for at, size in sizes if at >= number)

    def _read_segment(self, path: Path, start: int, most: int) -> tuple[list[Record], int]:
        records: list[Record] = []
        end = start
        for record, after in _records(path, start):
            records.append(record)
            end = after
            if len(records) == most:
                break
        return records, end


def segments(folder: Path) -> list[Path]:
    """The segments of a spool, oldest first."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.stem.isdigit())


def read_all(folder: Path) -> Iterator[Record]:
    """Every record that waits, without taking any: for checks."""
    number, offset = _cursor(folder)
    for path in segments(folder):
        at = _number(path)
        if at >= number:
            yield from (record for record, _ in _records(path, offset if at == number else 0))


def _records(path: Path, start: int) -> Iterator[tuple[Record, int]]:
    """Whole records and the place behind each; stops at the first that is torn or not there yet."""
    with path.open("rb") as file:
        file.seek(start)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            body = file.read(length)
            if len(body) != length or zlib.crc32(body) != checksum:
                return
            start += _HEAD.size + length
            yield json.loads(body.decode("utf-8", "surrogatepass")), start


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
