"""Keeps the drain running beside the hub, and talks to it."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping

from services.core.logging import get

RESTART_S = 1.0
# It may be waiting for a database that hangs; a hub has to be back within a second, and a drain may be killed anywhere.
STOP_S = 0.1
log = get(__name__)


class DrainProcess:
    """The child process. A bell that finds the pipe full or the child dead is lost: it looks by itself every second."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Starts it, and starts it again whenever it ends."""
        threading.Thread(target=self._keep_running, name="drain-process", daemon=True).start()

    def ring(self) -> None:
        """Something was stored; a busy hub says so, and the drain holds back."""
        self._say(b"busy\n" if self._is_busy() else b"\n")

    def tell(self, figures: Mapping[str, float]) -> None:
        """The hub's figures, for its status."""
        self._say(json.dumps(dict(figures)).encode() + b"\n")

    def alive(self) -> bool:
        """A health check."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """Closes its input, upon which it ends; what is in the spool stays there."""
        self._stopping.set()
        child = self._child
        if child and child.stdin:
            child.stdin.close()
            try:
                child.wait(STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _say(self, words: bytes) -> None:
        child = self._child
        if child and child.stdin and not child.stdin.closed:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(child.stdin.fileno(), words)

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            child = subprocess.Popen([sys.executable, "-m", "services.hub.drain"], stdin=subprocess.PIPE, bufsize=0)
            if child.stdin:
                os.set_blocking(child.stdin.fileno(), False)
            self._child = child
            code = child.wait()
            if not self._stopping.wait(RESTART_S):
                log.error("drain_ended", code=code, consequence="pictures wait in the spool; it is started again")
