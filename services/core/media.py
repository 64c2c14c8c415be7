"""The media folder: the one writer of pictures. Nothing outside it is ever touched.

`images/<YYYY-MM-DD>/<node-view>-<YYYY-MM-DDTHH.MM.SS.ffffff>.jpg` is stock imagehub's layout, in local time,
so that programs which read such a folder keep working.
"""

import contextlib
import ctypes
import errno
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

NAME_BYTES = 200
RECEIVED_NAME = 80
STAMP_LENGTH = len("2026-11-20T08.08.49.711037")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")
_IMAGE_NAME = re.compile(r"-(?P<day>\d{4}-\d\d-\d\d)T\d\d\.\d\d\.\d\d\.\d{6}\.jpg\Z", re.ASCII)
_libc = ctypes.CDLL(None, use_errno=True)


class MediaError(Exception):
    """The media folder cannot be used; the text says what to do."""


@lru_cache(maxsize=1024)
def clean_name(source: str) -> str:
    """A camera's name as the beginning of a file name: spaces to hyphens, nothing that leaves the folder.

    At most 200 bytes of UTF-8, never empty, never beginning with a dot.
    """
    plain = _UNSAFE.sub("-", source.strip()).replace(" ", "-").replace("..", "-").lstrip(".")
    return plain.encode("utf-8", "replace")[:NAME_BYTES].decode("utf-8", "ignore") or "unnamed"


def image_name(source: str, local: datetime) -> str:
    """Stock imagehub's file name; `local` is the receipt in local time. Always six digits of fraction."""
    stamp = local.isoformat(timespec="microseconds")[:STAMP_LENGTH].replace(":", ".")
    return f"{clean_name(source)}-{stamp}.jpg"


def image_path(source: str, local: datetime) -> str:
    """The same below the media folder, `images/<day>/<name>`."""
    return f"images/{local.date().isoformat()}/{image_name(source, local)}"


def path_of_name(name: str) -> str | None:
    """Where the image of this file name is, below the media folder; None for a name that `image_name` never makes."""
    named = _IMAGE_NAME.search(name)
    return f"images/{named['day']}/{name}" if named and "/" not in name else None


def received_path(folder: str, name: str, file_id: str, day: str) -> str:
    """Where a file that its sender gave a name is: `folder/<day>/<id>-<name>`. `day` is `YYYY-MM-DD`."""
    kept = clean_name(name)[-RECEIVED_NAME:].lstrip(".")
    return f"{folder}/{day}/{file_id}-{kept}"


def thumb_path(image_id: str, day: str) -> str:
    """Where an image's thumbnail is, below the media folder. `day` is `YYYY-MM-DD`."""
    return f"thumbs/{day}/{image_id}.jpg"


class Media:
    """The folder and the ways to write into it.

    `place` is for one thread: it keeps folders open. Each process that uses it has a `writer` name of its own, the
    name of its one temporary file.
    """

    def __init__(self, root: Path, writer: str = "") -> None:
        self.root = root
        self._root = str(root)
        self._temporary = f".{writer or os.getpid()}.part"
        self._day = ""
        self._folders: tuple[int, int] = (-1, -1)

    def __del__(self) -> None:
        # Descriptors that nobody uses any more add up in a process that makes many of these.
        self._close_day()

    def prepare(self) -> None:
        """Makes the folder. Raises `MediaError` when it cannot be made or written."""
        try:
            for name in ("images", "thumbs", "logs", "recordings", "uploads"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MediaError(
                f"the media folder {self.root} cannot be written: {error.strerror}; check its owner and disk"
            ) from error

    @property
    def is_there(self) -> bool:
        """Whether the folder has once been prepared: a disk that is not mounted shows an empty one."""
        return (self.root / "images").is_dir()

    def path(self, relative: str) -> Path:
        """The absolute path of a file. Raises `MediaError` when it would lie outside."""
        return self.root / _inside(relative)

    def holds(self, relative: str) -> bool:
        """Whether there is a file of this name. Raises `MediaError` when it would lie outside."""
        return os.access(f"{self._root}/{_inside(relative)}", os.F_OK)

    def place(self, relative: str, data: bytes | memoryview) -> None:
        """Writes a file under a temporary name and renames it; not yet durable: call `flush` once for many.

        Raises `OSError` (also for a short write on a full disk, or when the name is taken) and then leaves
        nothing behind.
        """
        day, _, name = _inside(relative).rpartition("/")
        try:
            self._place(day, name, data)
        except FileNotFoundError:
            # Somebody has removed the day's folder.
            self._close_day()
            self._place(day, name, data)

    def adopt(self, source: Path, relative: str) -> None:
        """Moves a file of the same file system here, durable once `flush` has been called, as after `place`.

        Raises `OSError`, also when the name is taken, and then leaves the file where it was.
        """
        target = self.path(relative)
        make_folder(target.parent)
        # A rename would replace what is there.
        os.link(source, target)
        source.unlink()

    def write_atomic(self, relative: str, data: bytes) -> None:
        """Writes one file durably: temporary name, fsync, rename, fsync of the folder."""
        target = self.path(relative)
        make_folder(target.parent)
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

    def leftovers(self) -> Iterator[Path]:
        """Temporary files, also of the newest days; where its writer was killed, nobody was told that it was taken."""
        images = self.root / "images"
        folders = [images, *sorted(images.glob("????-??-??"))[-2:]]
        return (one / name for one in folders for name in names(one) if name.startswith(".") and name.endswith(".part"))

    def discard_temporary(self) -> None:
        """Takes away what this writer's last process left when it was killed."""
        (self.root / "images" / self._temporary).unlink(missing_ok=True)

    def _place(self, day: str, name: str, data: bytes | memoryview) -> None:
        images, folder = self._open_day(day)
        if os.access(name, os.F_OK, dir_fd=folder):
            raise FileExistsError(errno.EEXIST, "a file of this name is there already", name)
        try:
            # Always the same name, and not in the day's folder: that costs the file system least.
            _write_all(self._temporary, data, folder=images)
            os.rename(self._temporary, name, src_dir_fd=images, dst_dir_fd=folder)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary, dir_fd=images)
            raise

    def _open_day(self, day: str) -> tuple[int, int]:
        if day != self._day:
            self._close_day()
            make_folder(self.root / day)
            self._folders = _open_folder(self.root / "images"), _open_folder(self.root / day)
            self._day = day
        return self._folders

    def _close_day(self) -> None:
        if self._day:
            for descriptor in self._folders:
                os.close(descriptor)
        self._day = ""


def _inside(relative: str) -> str:
    if relative.startswith("/") or ".." in relative.split("/"):
        raise MediaError(f"{relative!r} is not a path inside the media folder")
    return relative


def names(folder: Path) -> Iterator[str]:
    """The names in a folder, unsorted; none when it is not there. Quick also with a hundred thousand of them."""
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)
    except FileNotFoundError:
        return


def make_folder(folder: Path) -> None:
    """Makes a folder whose entry is durable, if it is not there."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def _open_folder(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _write_all(path: str | Path, data: bytes | memoryview, flush: bool = False, folder: int | None = None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640, dir_fd=folder)
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
