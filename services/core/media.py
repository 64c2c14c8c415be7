"""The media folder: the one writer of pictures. Nothing outside it is ever touched.

`images/<YYYY-MM-DD>/<node-view>-<YYYY-MM-DDTHH.MM.SS.ffffff>.jpg` is stock imagehub's layout, in local time,
so that programs which read such a folder keep working.
"""

import ctypes
import errno
import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

NAME_BYTES = 200
STAMP = "%Y-%m-%dT%H.%M.%S.%f"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")
_libc = ctypes.CDLL(None, use_errno=True)


class MediaError(Exception):
    """The media folder cannot be used; the text says what to do."""


def clean_name(source: str) -> str:
    """A camera's name as the beginning of a file name: spaces to hyphens, nothing that leaves the folder.

    At most 200 bytes of UTF-8, never empty, never beginning with a dot.
    """
    plain = _UNSAFE.sub("-", source.strip()).replace(" ", "-").replace("..", "-").lstrip(".")
    return plain.encode("utf-8", "replace")[:NAME_BYTES].decode("utf-8", "ignore") or "unnamed"


def image_name(source: str, local: datetime) -> str:
    """Stock imagehub's file name; `local` is the receipt in local time. Always six digits of fraction."""
    return f"{clean_name(source)}-{local.strftime(STAMP)}.jpg"


def image_path(source: str, local: datetime) -> str:
    """The same below the media folder, `images/<day>/<name>`."""
    return f"images/{local:%Y-%m-%d}/{image_name(source, local)}"


def thumb_path(image_id: str, day: str) -> str:
    """Where an image's thumbnail is, below the media folder. `day` is `YYYY-MM-DD`."""
    return f"thumbs/{day}/{image_id}.jpg"


class Media:
    """The folder and the ways to write into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._days: set[str] = set()

    def prepare(self) -> None:
        """Makes the folder. Raises `MediaError` when it cannot be made or written."""
        try:
            for name in ("images", "thumbs", "logs"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError(
                f"the media folder {self.root} cannot be written: {error.strerror}; check its owner and disk"
            ) from error

    def path(self, relative: str) -> Path:
        """The absolute path of a file. Raises `MediaError` when it would lie outside."""
        whole = self.root / relative
        if relative.startswith("/") or ".." in whole.relative_to(self.root).parts:
            raise MediaError(f"{relative!r} is not a path inside the media folder")
        return whole

    def place(self, relative: str, data: bytes | memoryview) -> None:
        """Writes a file under a temporary name and renames it; not yet durable: call `flush` once for many.

        Raises `OSError` (also for a short write on a full disk, or when the name is taken) and then leaves
        nothing behind.
        """
        target = self.path(relative)
        self._make_day(target.parent)
        if target.exists():
            raise FileExistsError(errno.EEXIST, "a file of this name is there already", relative)
        temporary = target.parent / f".{target.name[-40:]}.part"
        try:
            _write_all(temporary, data)
            temporary.rename(target)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def write_atomic(self, relative: str, data: bytes) -> None:
        """Writes one file durably: temporary name, fsync, rename, fsync of the folder."""
        target = self.path(relative)
        self._make_day(target.parent)
        temporary = target.parent / f".{os.getpid()}-{target.name[-40:]}.part"
        try:
            _write_all(temporary, data, flush=True)
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)

    def discard(self, relative: str) -> None:
        """Takes back a file whose picture was refused after it had been placed."""
        self.path(relative).unlink(missing_ok=True)

    def leftovers(self) -> Iterable[Path]:
        """Temporary files that a killed writer left in the newest days; nobody was told that they were accepted."""
        days = sorted((self.root / "images").glob("????-??-??"))[-2:]
        return (path for day in days for path in day.glob(".*.part"))

    def _make_day(self, folder: Path) -> None:
        if str(folder) in self._days and folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
        self._days.add(str(folder))


def _write_all(path: Path, data: bytes | memoryview, flush: bool = False) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
    try:
        written = os.write(descriptor, data)
        if written != len(data):
            raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes fitted on the disk", str(path))
        if flush:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FileSystemFlush:
    """One `syncfs` flushes every file of the file system: the cheapest way to make a group durable."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def __call__(self) -> None:
        """Returns when all that was written before is durable. Raises `OSError` when it could not be."""
        if _libc.syncfs(self._descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def close(self) -> None:
        """Lets the folder go."""
        os.close(self._descriptor)


def same_file_system(one: Path, other: Path) -> bool:
    """Whether one flush serves both folders."""
    return one.stat().st_dev == other.stat().st_dev
