"""What a device and a stream share: pictures arrive by themselves and must be taken as they come."""

import cv2
import numpy as np

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.pace import Pace
from node_agent.sources import SourceLostError


class LiveCapture:
    """Reads an open capture, at most `framerate` pictures per second of those that arrive.

    Pictures that are not wanted are taken too and thrown away undecoded where OpenCV can: left in the buffer they
    would make every later picture old.
    """

    def __init__(self, name: str, framerate: float | None, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._pace = Pace(1 / framerate if framerate else 0.0, clock)
        self._capture: cv2.VideoCapture | None = None

    def use(self, capture: cv2.VideoCapture, advice: str) -> None:
        """Take over `capture`. Raises SourceLostError, with `advice`, if it is not open."""
        if not capture.isOpened():
            capture.release()
            raise SourceLostError(f"{self._name} cannot be opened: {advice}")
        self._capture = capture

    def read(self) -> Frame | None:
        """The next picture that is due."""
        while self._capture is not None and not self._clock.stopping:
            if not self._capture.grab():
                raise SourceLostError(f"{self._name} gives no more pictures")
            captured_at = self._clock.now()
            if self._pace.remaining() > 0:
                continue
            self._pace.step()
            decoded, pixels = self._capture.retrieve()
            return Frame(pixels.astype(np.uint8, copy=False), captured_at) if decoded else None
        return None

    def close(self) -> None:
        """Release the capture."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
