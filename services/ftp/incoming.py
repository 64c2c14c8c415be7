"""The folder that a user sees: what has not come whole yet, and nothing else."""

import contextlib
import errno
import os
import re
import unicodedata
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS

from services.ftp.refusal import Refusal

NAME_BYTES = 200
DEPTH = 12
REMEMBERED = 1000
"""So many names a session knows of what it has sent: some last for months."""
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_UNFINISHED = re.compile(r"(\A\.)|(\.(tmp|temp|part|partial|filepart|uploading|writing|crdownload)\Z)", re.IGNORECASE)


def is_unfinished(name: str) -> bool:
    """Whether a name says that it is not the last: its sender will rename the file when it has come whole."""
    return _UNFINISHED.search(name) is not None


def is_hidden(sign: str) -> bool:
    """Whether a sign controls something, such as the direction of what follows it, in place of being read."""
    return unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in _DIRECTIONS


def complaint(path: str) -> str | None:
    """What is wrong with a path that a sender wants, or None."""
    parts = path.strip("/").split("/")
    if any(is_hidden(sign) for sign in path):
        return "the name has control signs in it"
    if any(len(part.encode()) > NAME_BYTES for part in parts):
        return f"the name is too long: {NAME_BYTES} bytes at most"
    if len(parts) > DEPTH:
        return f"too many folders: {DEPTH} at most"
    return None


class Growing:
    """A file that comes in. Past `most` bytes, or when the disk takes no more, it says why and takes no more."""

    def __init__(self, path: str, mode: str, most: int) -> None:
        self.name = path
        self.refusal: Refusal | None = None
        self._most = most
        self._file = Path(path).open(mode)  # noqa: SIM115 (it is closed by the end of the transfer)
        self._size = self._file.tell()

    @property
    def closed(self) -> bool:
        """Whether it takes nothing any more."""
        return self._file.closed

    def write(self, data: bytes) -> None:
        """Never raises: what went wrong stands in `refusal`."""
        if self.refusal is not None:
            return
        self._size += len(data)
        if self._size > self._most:
            self.refusal = Refusal("too_large", f"552 Too large: {self._most} bytes at most")
            return
        try:
            self._file.write(data)
        except OSError as error:
            self.refusal = Refusal.of_disk(error)

    def seek(self, place: int) -> None:
        """Goes on from there; what stood behind it is gone."""
        self._file.seek(place)
        self._file.truncate()
        self._size = place

    def give_way(self) -> None:
        """Another upload of the name begins: this one takes nothing more, and what it has is the other's."""
        self.close()
        self.refusal = Refusal("replaced", "426 Another upload of this name has begun", keep=True)

    def close(self) -> None:
        """Hands all to the operating system."""
        try:
            self._file.close()
        except OSError as error:
            self.refusal = Refusal.of_disk(error)


class Incoming(AbstractedFS):  # type: ignore[misc]
    """pyftpdlib's view of one user's folder. `taken` are the names of this session that have gone further, by size."""

    most_bytes = 0
    coming: ClassVar[MutableMapping[str, Growing]] = WeakValueDictionary()
    """What comes in now, of all sessions, by path: those that announce a file and send none do not pile up here."""

    def __init__(self, root: str, session: Any) -> None:
        super().__init__(root, session)
        self.taken: dict[str, int] = {}
        self.own: dict[str, None] = {}

    def open(self, filename: str, mode: str) -> Growing:
        """For writing alone. Folders that its sender takes for granted are made."""
        if "w" not in mode and "a" not in mode and "+" not in mode:
            raise FilesystemError("Nothing can be read here")
        if wrong := complaint(self.fs2ftp(filename)):
            raise FilesystemError(wrong)
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        self.taken.pop(filename, None)
        _remember(self.own, filename, None)
        # A camera that lost its connection sends again, long before the old one has timed out.
        if (before := self.coming.pop(filename, None)) is not None and not before.closed:
            before.give_way()
        growing = Growing(filename, mode, self.most_bytes)
        self.coming[filename] = growing
        return growing

    def note_taken(self, path: str, size: int) -> None:
        """It has gone further."""
        self.own.pop(path, None)
        _remember(self.taken, path, size)

    def mkstemp(self, suffix: str = "", prefix: str = "", dir: str | None = None, mode: str = "wb") -> Growing:
        """A file of a name that there is not yet."""
        folder = Path(dir or self.root)
        for number in range(1, 10_000):
            path = folder / f"{prefix}{number:04d}{suffix}"
            if not path.exists() and str(path) not in self.taken:
                growing: Growing = self.open(str(path), "xb+")
                return growing
        raise OSError(errno.EEXIST, "No usable unique file name found")

    def mkdir(self, path: str) -> None:
        """Makes a folder."""
        if wrong := complaint(self.fs2ftp(path)):
            raise FilesystemError(wrong)
        super().mkdir(path)

    def isfile(self, path: str) -> bool:
        """Also of what has been taken in this session."""
        return path in self.taken or super().isfile(path)

    def lexists(self, path: str) -> bool:
        """The same: a sender may look for what it has just sent."""
        return path in self.taken or super().lexists(path)

    def getsize(self, path: str) -> int:
        """Bytes; of a taken file as many as came."""
        size: int = self.taken[path] if path in self.taken else super().getsize(path)
        return size

    def remove(self, path: str) -> None:
        """A sender may take back what it sent itself; what was taken, stays taken."""
        self._must_be_own(path)
        self._must_have_come(path)
        if self.taken.pop(path, None) is None:
            super().remove(path)

    def rename(self, src: str, dst: str) -> None:
        """The same."""
        self._must_be_own(src)
        if wrong := complaint(self.fs2ftp(dst)):
            raise FilesystemError(wrong)
        if src in self.taken:
            self.taken[dst] = self.taken.pop(src)
            return
        self._must_have_come(src)
        self._must_have_come(dst)
        Path(dst).parent.mkdir(parents=True, exist_ok=True)
        super().rename(src, dst)
        self.own.pop(src, None)
        _remember(self.own, dst, None)

    def _must_have_come(self, path: str) -> None:
        growing = self.coming.get(path)
        if growing is not None and not growing.closed:
            raise FilesystemError("It is still coming")

    def _must_be_own(self, path: str) -> None:
        if path not in self.own and path not in self.taken:
            raise FilesystemError("Only what was sent in this session")


def _remember(known: dict[str, Any], path: str, what: object) -> None:
    known.pop(path, None)
    known[path] = what
    if len(known) > REMEMBERED:
        del known[next(iter(known))]


def sweep(folder: Path, before: float, seen: Callable[[Path], object]) -> None:
    """Deletes what was last written to before that moment (Unix time), and folders that are empty since then.

    `seen` is told of each file. The users' own folders stay.
    """
    for here, folders, files in os.walk(folder, topdown=False):
        for path in (Path(here) / name for name in files):
            # It may be resumed, or taken, at this very moment.
            with contextlib.suppress(FileNotFoundError):
                if path.lstat().st_mtime < before:
                    path.unlink()
                    seen(path)
        for path in (Path(here) / name for name in folders):
            with contextlib.suppress(OSError):
                if path.parent != folder and path.stat().st_mtime < before:
                    path.rmdir()
