"""RTSP and HTTP streams, through FFmpeg."""

import cv2

from node_agent.clock import Clock
from node_agent.frames import Frame
from node_agent.sources.address import without_secrets
from node_agent.sources.live import LiveCapture

_TIMEOUT_MS = 5000


class StreamSource:
    """A stream by its URL; a camera that goes silent for 5 s counts as lost."""

    def __init__(self, url: str, framerate: float | None, clock: Clock) -> None:
        self._url = url
        self._live = LiveCapture(f"stream {without_secrets(url)}", framerate, clock)

    def open(self) -> None:
        """Connect."""
        timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]
        capture = cv2.VideoCapture(self._url, cv2.CAP_FFMPEG, timeouts)
        self._live.use(capture, "check the address, the password, and that the camera is on")

    def read(self) -> Frame | None:
        """The stream's next picture."""
        return self._live.read()

    def close(self) -> None:
        """Disconnect."""
        self._live.close()
