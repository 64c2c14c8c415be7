"""A disk that is soon full: a file system of its own, mounted for one test."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

MEGABYTES = 48
BLOCK = bytes(65536)


class NotPermitted(Exception):
    """This user, or this container, may mount nothing."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """An ext4 in a file, or where that is not possible a memory disk. Raises `NotPermitted`."""
    image, mounted = folder / "disk", folder / "mounted"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1_000_000)
    formatted = _well("mkfs.ext4", "-q", "-m", "0", str(image))
    if not (formatted and _well("mount", "-o", "loop", str(image), str(mounted))) and not _well(
        "mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(mounted)
    ):
        raise NotPermitted("neither a file nor memory can be mounted here")
    try:
        yield mounted
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


def fill(disk: Path) -> Path:
    """Takes up all that is free; gives the file that does, for it to be deleted."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (BLOCK, BLOCK[:1]):
            _write_until_full(file, block)
    return ballast


def _write_until_full(file: FileIO, block: bytes) -> None:
    try:
        while file.write(block) == len(block):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _well(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
