"""What the disk alone can do, and a neighbour that keeps it busy."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.core.media import FileSystemFlush

GROUP = 12
VIDEO_BYTES_PER_S = 4_000_000
VIDEO_SEGMENT_BYTES = 16_000_000


def files12(folder: Path, picture: bytes, seconds: float) -> float:
    """Pictures a second that one loop makes durable: a file each, one flush of the file system for every twelve.

    Twelve, because twelve senders can have twelve requests open. No network, no record, no temporary name.
    """
    folder.mkdir(parents=True)
    flush = FileSystemFlush(folder)
    start, count = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        for number in range(count, count + GROUP):
            descriptor = os.open(folder / f"{number:08d}.jpg", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            os.write(descriptor, picture)
            os.close(descriptor)
        flush()
        count += GROUP
    rate = count / (time.monotonic() - start)
    flush.close()
    return rate


def write_video(folder: Path) -> None:
    """Four megabytes a second, about as eight cameras' recordings, in segments; only the two newest stay."""
    block = os.urandom(VIDEO_BYTES_PER_S // 25)
    folder.mkdir(parents=True, exist_ok=True)
    segment = 0
    while True:
        with (folder / f"{segment}.mp4").open("wb") as file:
            for _ in range(VIDEO_SEGMENT_BYTES // len(block)):
                file.write(block)
                file.flush()
                time.sleep(1 / 25)
        (folder / f"{segment - 2}.mp4").unlink(missing_ok=True)
        segment += 1


@contextmanager
def neighbour(folder: Path) -> Iterator[None]:
    """Another process that writes video to the same disk meanwhile."""
    command = [sys.executable, "-c", "import sys; from bench.disk import *; write_video(Path(sys.argv[1]))"]
    process = subprocess.Popen([*command, str(folder)], cwd=Path(__file__).parents[1])
    try:
        yield
    finally:
        process.kill()
        process.wait()
