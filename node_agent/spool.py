"""Messages kept on disk while the hub cannot take them.

One file per message: its JSON header, a line feed, its JPEG. The name begins with the time of capture, so the sorted
names are the order of sending. A file is written under a temporary name, flushed, renamed, and the folder flushed:
after a crash it is there whole or not at all.
"""

import contextlib
import fcntl
import itertools
import os
import threading
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import structlog

from node_agent.clock import Clock
from node_agent.messages import Message, text_of
from node_agent.spool_index import SpoolIndex

_log = structlog.get_logger()

_KEPT = ".msg"
_UNFINISHED = ".tmp"
_REPORT_EVERY_S = 60.0


class SpoolError(Exception):
    """The spool folder cannot be used; the text says why and what to do."""


class Spool:
    """A folder of kept messages, at most `max_bytes` of them: beyond that the oldest are dropped, counted and logged.

    Safe to use from several threads. One folder belongs to one running agent. `discards` counts what had to be
    thrown away, by reason: `full`, `disk` (it could not be written) and `unreadable`.
    """

    def __init__(self, folder: Path, max_bytes: int, clock: Clock) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._clock = clock
        self._serial = itertools.count()
        self._guard = threading.RLock()
        self._index = SpoolIndex()
        self._report_again_at: dict[str, float] = {}
        self.discards: Counter[str] = Counter()

    def open(self) -> None:
        """Take the folder for this process and list what an earlier run has kept. Raises SpoolError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._take()
            self._list()
        except BlockingIOError as error:
            raise SpoolError(f"spool.folder: {self._folder} is in use by another agent: give each its own") from error
        except OSError as error:
            advice = f"cannot be used ({error.strerror}): choose one that this user may write to"
            raise SpoolError(f"spool.folder: {self._folder} {advice}") from error

    def _take(self) -> None:
        with contextlib.ExitStack() as on_failure:
            lock = on_failure.enter_context((self._folder / "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._lock = on_failure.pop_all()

    def close(self) -> None:
        """Give the folder back; what is kept stays."""
        self._lock.close()

    def _list(self) -> None:
        for unfinished in self._folder.glob(f"*{_UNFINISHED}"):
            unfinished.unlink()
        for path in self._folder.glob(f"*{_KEPT}"):
            self._index.add(path.name, path.stat().st_size)

    @property
    def count(self) -> int:
        """How many messages are kept."""
        return len(self._index)

    def keep(self, messages: Iterable[Message]) -> None:
        """Write the messages to disk; on return they are durable, except those that the disk refused (counted)."""
        written = dict(filter(None, map(self._write, messages)))
        if not written:
            return
        self._flush_folder()
        with self._guard:
            for name, size in written.items():
                self._index.add(name, size)
            for name in self._index.beyond(self._max_bytes):
                self._drop(name)
                self._discarded("full", "the oldest had to go: raise spool.max_bytes, or bring the hub back")

    def oldest(self) -> tuple[str, Message] | None:
        """The name here and the content of the message that goes next."""
        while name := self._first():
            message = self._read(name)
            if message is not None:
                return name, message
        return None

    def remove(self, name: str) -> None:
        """Forget a message: the hub has it."""
        with self._guard:
            self._drop(name)

    def set_aside(self, name: str, seconds: float) -> None:
        """Let the others go first for a while."""
        with self._guard:
            self._index.set_aside(name, self._clock.monotonic() + seconds)

    def set_none_aside(self) -> None:
        """Back to the plain order."""
        with self._guard:
            self._index.set_none_aside()

    def _first(self) -> str | None:
        with self._guard:
            return self._index.first(self._clock.monotonic())

    def _write(self, message: Message) -> tuple[str, int] | None:
        moment, rank = message.order
        name = f"{moment:017d}-{rank}-{next(self._serial):09d}-{uuid.uuid4().hex[:8]}{_KEPT}"
        content = message.header + b"\n" + message.body
        unfinished = self._folder / (name + _UNFINISHED)
        try:
            _write_durably(unfinished, content)
            unfinished.rename(self._folder / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            self._discarded("disk", f"it could not be written ({error.strerror}): make room on the disk")
            return None
        return name, len(content)

    def _flush_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self, name: str) -> Message | None:
        try:
            header, _, body = (self._folder / name).read_bytes().partition(b"\n")
            moment, rank = name.split("-")[:2]
            text_of(header)  # a header that does not parse must not reach the hub
        except (OSError, ValueError) as error:
            self.remove(name)
            self._discarded("unreadable", f"its file is damaged ({error}): check the disk")
            return None
        return Message(header, body, (int(moment), int(rank)))

    def _drop(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
        self._index.discard(name)

    def _discarded(self, reason: str, detail: str) -> None:
        now = self._clock.monotonic()
        with self._guard:
            self.discards[reason] += 1
            if now < self._report_again_at.get(reason, now):
                return
            self._report_again_at[reason] = now + _REPORT_EVERY_S
        _log.error("spool_discarded", reason=reason, total=self.discards[reason], detail=detail)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
