"""Lets cut uploads go that nobody has resumed in time."""

import threading
from collections.abc import Callable
from pathlib import Path

from services.core.clock import Clock
from services.core.logging import get
from services.ftp import metrics
from services.ftp.incoming import sweep

EVERY_S = 30.0
log = get(__name__)


class Sweeping:
    """A loop of its own: looks every half minute."""

    def __init__(self, folder: Path, clock: Clock, wait_s: float) -> None:
        self._folder = folder
        self._clock = clock
        self._wait_s = wait_s

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Until `stopping`."""
        while not stopping.is_set():
            beat()
            sweep(self._folder, self._clock.now().timestamp() - self._wait_s, self._dropped)
            stopping.wait(EVERY_S)

    def _dropped(self, file: Path) -> None:
        metrics.dropped.inc()
        sender = file.relative_to(self._folder).parts[0]
        log.info("cut_upload_dropped", sender=sender, reason="nobody resumed it", waited_s=self._wait_s)
