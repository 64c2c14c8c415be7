"""A video file, played as if it were a camera."""

from pathlib import Path

import cv2
import numpy as np

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.pace import Pace
from node_agent.sources import SourceEndedError, SourceLostError

_RATE_IF_UNKNOWN = 10.0


class FileSource:
    """Plays a file at `framerate`, or else at its own rate; for ever with `loop`."""

    def __init__(self, path: Path, framerate: float | None, loop: bool, clock: Clock) -> None:
        self._path = path
        self._framerate = framerate
        self._loop = loop
        self._clock = clock
        self._capture: cv2.VideoCapture | None = None
        self._pace = Pace(0, clock)
        self._read_in_this_round = 0

    def open(self) -> None:
        """Open the file at its beginning."""
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise SourceLostError(f"video file {self._path} cannot be opened: check that it is there and is a video")
        rate = self._framerate or capture.get(cv2.CAP_PROP_FPS)
        self._pace = Pace(1 / (rate if 0 < rate <= 240 else _RATE_IF_UNKNOWN), self._clock)
        self._capture = capture
        self._read_in_this_round = 0

    def read(self) -> Frame | None:
        """The next picture, when it is due."""
        if self._capture is None or self._clock.wait(self._pace.remaining()):
            return None
        found, pixels = self._capture.read()
        if not found:
            self._begin_again()
            return None
        self._pace.step()
        self._read_in_this_round += 1
        return Frame(pixels.astype(np.uint8, copy=False), self._clock.now())

    def _begin_again(self) -> None:
        if not self._read_in_this_round:
            raise SourceLostError(f"video file {self._path} holds no picture that can be read")
        if not self._loop:
            raise SourceEndedError(f"video file {self._path} has been played")
        pace = self._pace
        self.close()
        self.open()
        self._pace = pace

    def close(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
