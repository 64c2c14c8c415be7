"""A folder of pictures, shown one after another; also those that are put there later."""

from collections import deque
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import structlog

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.pace import Pace
from node_agent.sources import SourceEndedError, SourceLostError

_PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
_LOOK_AGAIN_S = 1.0

_log = structlog.get_logger()

Stamp = tuple[int, int]


class FolderSource:
    """Shows the folder's pictures in the order of their names, `framerate` per second.

    With `loop` they are shown for ever. With `watch` it waits for new ones: a new file is taken once its size and
    time have stopped changing, and its time of change is the time of capture.
    """

    def __init__(self, path: Path, framerate: float, loop: bool, watch: bool, clock: Clock) -> None:
        self._path = path
        self._loop = loop
        self._watch = watch
        self._clock = clock
        self._pace = Pace(1 / framerate, clock)
        self._waiting: deque[tuple[Path, datetime | None]] = deque()
        self._known: dict[Path, Stamp] = {}
        self._arriving: dict[Path, Stamp] = {}

    def open(self) -> None:
        """List what is there; after an interruption only what is new."""
        found = self._list()
        fresh = sorted(path for path in found if path not in self._known)
        self._waiting.extend((path, None) for path in fresh)
        self._known = found

    def read(self) -> Frame | None:
        """The next picture, when it is due."""
        if not self._waiting:
            self._refill()
            return None
        if self._clock.wait(self._pace.remaining()):
            return None
        self._pace.step()
        path, captured_at = self._waiting.popleft()
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if pixels is None:
            _log.warning("picture_unreadable", path=str(path), advice="it is no picture, or has been removed")
            return None
        return Frame(pixels.astype(np.uint8, copy=False), captured_at or self._clock.now())

    def close(self) -> None:
        """Nothing is held open."""

    def _refill(self) -> None:
        if self._watch:
            self._clock.wait(_LOOK_AGAIN_S)
            self._take_arrivals(self._list())
        elif self._loop:
            self._waiting.extend((path, None) for path in sorted(self._list()))
            if not self._waiting:
                self._clock.wait(_LOOK_AGAIN_S)
        else:
            raise SourceEndedError(f"folder {self._path} has been shown")

    def _take_arrivals(self, found: dict[Path, Stamp]) -> None:
        new = {path: stamp for path, stamp in found.items() if self._known.get(path) != stamp}
        settled = sorted((stamp[1], path) for path, stamp in new.items() if self._arriving.get(path) == stamp)
        self._waiting.extend((path, _moment(changed)) for changed, path in settled)
        done = {path for _, path in settled}
        self._known = {path: stamp for path, stamp in found.items() if path not in new or path in done}
        self._arriving = {path: stamp for path, stamp in new.items() if path not in done}

    def _list(self) -> dict[Path, Stamp]:
        try:
            files = [path for path in self._path.iterdir() if path.suffix.lower() in _PICTURES]
            return dict(filter(None, map(_stamped, files)))
        except OSError as error:
            raise SourceLostError(f"folder {self._path} cannot be read ({error.strerror})") from error


def _stamped(path: Path) -> tuple[Path, Stamp] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return path, (found.st_size, found.st_mtime_ns)


def _moment(mtime_ns: int) -> datetime:
    return datetime.fromtimestamp(mtime_ns // 1000 / 1_000_000, UTC)
