"""The folder that a user sees: what has not come whole yet, and nothing else."""

import contextlib
import errno
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS

from services.ftp.refusal import Refusal

NAME_BYTES = 200
DEPTH = 12
_UNFINISHED = re.compile(r"(\A\.)|(\.(tmp|temp|part|partial|filepart|uploading|writing|crdownload)\Z)", re.IGNORECASE)


def is_unfinished(name: str) -> bool:
    """Whether a name says that it is not the last: its sender will rename the file when it has come whole."""
    return _UNFINISHED.search(name) is not None


def complaint(path: str) -> str | None:
    """What is wrong with a path that a sender wants, or None."""
    parts = path.strip("/").split("/")
    if any(unicodedata.category(sign) == "Cc" for sign in path):
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

    def close(self) -> None:
        """Hands all to the operating system."""
        try:
            self._file.close()
        except OSError as error:
            self.refusal = Refusal.of_disk(error)


class Incoming(AbstractedFS):  # type: ignore[misc]
    """pyftpdlib's view of one user's folder. `taken` are the names of this session that have gone further, by size."""

    most_bytes = 0

    def __init__(self, root: str, session: Any) -> None:
        super().__init__(root, session)
        self.taken: dict[str, int] = {}
        self.own: set[str] = set()

    def open(self, filename: str, mode: str) -> Growing:
        """For writing alone. Folders that its sender takes for granted are made."""
        if "w" not in mode and "a" not in mode and "+" not in mode:
            raise FilesystemError("Nothing can be read here")
        if wrong := complaint(self.fs2ftp(filename)):
            raise FilesystemError(wrong)
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        self.taken.pop(filename, None)
        self.own.add(filename)
        return Growing(filename, mode, self.most_bytes)

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
        Path(dst).parent.mkdir(parents=True, exist_ok=True)
        super().rename(src, dst)
        self.own.add(dst)

    def _must_be_own(self, path: str) -> None:
        if path not in self.own and path not in self.taken:
            raise FilesystemError("Only what was sent in this session")


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
