"""Makes a group of pictures and notes durable together: records, files, one flush, and then the answers.

The order matters: records go into the spool before the files are made, so a killed intake leaves no file without
a record; the group is closed after the flush, so a record without its whole picture was never acknowledged.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from services.core.clock import Clock
from services.core.media import Media, image_path
from services.core.spool import Record, SpoolWriter
from services.intake import records
from services.intake.jpeg import Size
from services.intake.records import Sent

TICK = timedelta(microseconds=1)
STEP = timedelta(seconds=1)


@dataclass
class Picture:
    """A picture on its way in. `data` is the file's content; `captured_at` None means the time of receipt.

    `sent` None means that its sender does not number its messages: each one is a picture of its own.
    """

    source: str
    data: bytes | memoryview
    size: Size
    received_at: datetime
    captured_at: datetime | None = None
    sent: Sent | None = None
    record: Record = field(default_factory=dict)
    placed: bool = False


@dataclass
class Note:
    """Anything else that goes into the spool."""

    record: Record


@dataclass
class Move:
    """A file that is on this file system already, flushed: it becomes the one that `record["path"]` says."""

    record: Record
    file: Path
    placed: bool = False


Item = Picture | Note | Move


class Acceptor:
    """The one way into the spool. `flush` makes all that was written durable; `committed` rings the drain."""

    def __init__(
        self,
        media: Media,
        spool: SpoolWriter,
        flush: Callable[[], None],
        clock: Clock,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._media = media
        self._spool = spool
        self._flush = flush
        self._clock = clock
        self._committed = committed
        self._newest: datetime | None = None

    def stamp(self) -> datetime:
        """The time of receipt: the wall clock, but never the same microsecond twice (names hang on it).

        A clock that is put back by more than a second is followed; `accept` gives no name twice.
        """
        now = self._clock.now()
        if self._newest is not None and self._newest - STEP < now <= self._newest:
            now = self._newest + TICK
        self._newest = now
        return now

    def accept(self, group: Sequence[Item]) -> None:
        """Returns when the whole group is durable. Raises `OSError`, and then nothing of it is kept."""
        pictures = [one for one in group if isinstance(one, Picture)]
        try:
            self._store(group, pictures)
        except FileExistsError:
            self._rename(pictures)
            self._store(group, pictures)
        self._committed()

    def _store(self, group: Sequence[Item], pictures: Sequence[Picture]) -> None:
        for one in pictures:
            one.record = _describe(one)
        try:
            self._spool.append([item.record for item in group])
            for item in group:
                self._place(item)
            self._flush()
            self._spool.close_group()
        except OSError:
            self._take_back(group)
            raise

    def _rename(self, pictures: Sequence[Picture]) -> None:
        """Names are local time: when the clocks go back an hour, a name may have been given before."""
        for one in pictures:
            while self._media.holds(_path(one)):
                one.received_at = self.stamp()

    def _place(self, item: Item) -> None:
        if isinstance(item, Note):
            return
        if isinstance(item, Move):
            self._media.adopt(item.file, item.record["path"])
        else:
            self._media.place(item.record["path"], item.data)
        item.placed = True

    def _take_back(self, group: Sequence[Item]) -> None:
        """Files first: killed in between, a record without a file is harmless, a file without a record is not."""
        try:
            for one in group:
                if not isinstance(one, Note) and one.placed:
                    self._media.discard(one.record["path"])
                    one.placed = False
        finally:
            self._spool.take_back()


def _path(picture: Picture) -> str:
    return image_path(picture.source, picture.received_at.astimezone())


def _describe(picture: Picture) -> Record:
    digest = hashlib.sha256(picture.data).hexdigest()
    return records.image(
        picture.source,
        _path(picture),
        picture.captured_at or picture.received_at,
        picture.received_at,
        picture.sent.id_of(picture.source, digest) if picture.sent else None,
        width=picture.size.width,
        height=picture.size.height,
        bytes=len(picture.data),
        sha256=digest,
    )
