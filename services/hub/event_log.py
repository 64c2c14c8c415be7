"""Stock imagehub's log file, byte for byte in form: `2026-11-20 08:08:49,709 ~ Driveway RPiCam7|motion|moving`.

Other programs read it. It turns over at local midnight and 995 old days stay.
"""

import logging
from datetime import datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from services.core.clock import Clock
from services.core.logging import get
from services.hub import metrics
from services.hub.packet import printable

DAYS_KEPT = 995
log = get(__name__)


class _Handler(TimedRotatingFileHandler):
    told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the standard library's name)
        """A full disk must not stop anything, and the event's row does not hang on this file."""
        metrics.log_lines_lost.inc()
        if not self.told:
            # Once: the counter has the rest.
            self.told = True
            log.warning("event_log_not_written", file=self.baseFilename, consequence="this file lacks lines")


class EventLog:
    """`logs/imagehub.log` in the media folder. A log that cannot be written stops nothing."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._handler = _Handler(
            folder / "imagehub.log", when="midnight", backupCount=DAYS_KEPT, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s ~ %(message)s"))

    def write(self, text: str, at: datetime | None = None) -> None:
        """One line, with the time of receipt; a newline in the text is written out, never obeyed."""
        moment = at or self._clock.now()
        line = {"msg": printable(text), "created": moment.timestamp(), "msecs": moment.microsecond // 1000}
        self._handler.handle(logging.makeLogRecord(line))

    def close(self) -> None:
        """Closes the file."""
        self._handler.close()
