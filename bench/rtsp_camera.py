"""A camera of 720p for the benchmarks: GStreamer's RTSP server of the tests, in a process of its own."""

import socket
import subprocess
from types import TracebackType
from typing import Self

from stack.layout import ROOT

SERVER = ROOT / "tests" / "rtsp_server.py"
PYTHON = "/usr/bin/python3"


class RtspCamera:
    """Serves `large`: 1280x720 at 15 frames a second, a key frame each second, one encoder for all who look."""

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._process = subprocess.Popen([PYTHON, str(SERVER), str(self._port)], stdout=subprocess.PIPE)
        if self._process.stdout is None or self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the RTSP server does not start: scripts/test installs what it needs")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    @property
    def url(self) -> str:
        """The address of its stream."""
        return f"rtsp://127.0.0.1:{self._port}/large"
