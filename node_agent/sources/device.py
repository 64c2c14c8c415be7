"""USB and other V4L2 cameras."""

import sys
from pathlib import Path

import cv2

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.sources.live import LiveCapture

_API = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY


class DeviceSource:
    """A camera device, by number (0 is /dev/video0) or by path.

    The driver may give another resolution than it is asked for; the camera loop scales what comes.
    """

    def __init__(
        self,
        device: int | Path,
        resolution: tuple[int, int] | None,
        framerate: float | None,
        clock: Clock,
        api: int = _API,
    ) -> None:
        self._device = device
        self._resolution = resolution
        self._framerate = framerate
        self._api = api
        self._live = LiveCapture(f"camera device {device}", framerate, clock)

    def open(self) -> None:
        """Open the device and ask it for the resolution and rate."""
        target = self._device if isinstance(self._device, int) else str(self._device)
        capture = cv2.VideoCapture(target, self._api)
        self._live.use(capture, "check that it is plugged in and that this user may read it (group video)")
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if self._resolution is not None:
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._resolution[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._resolution[1])
        if self._framerate is not None:
            capture.set(cv2.CAP_PROP_FPS, self._framerate)

    def read(self) -> Frame | None:
        """The device's next picture."""
        return self._live.read()

    def close(self) -> None:
        """Let go of the device."""
        self._live.close()
