"""Stock imagehub's log file, byte for byte in form: `2026-11-20 08:08:49,709 ~ Driveway RPiCam7|motion|moving`.

Other programs read it. It turns over at local midnight and 995 old days stay.
"""

import logging
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

from services.hub.packet import printable

DAYS_KEPT = 995


class EventLog:
    """`logs/imagehub.log` in the media folder. A log that cannot be written stops nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._handler = TimedRotatingFileHandler(folder / "imagehub.log", when="midnight", backupCount=DAYS_KEPT)
        self._handler.setFormatter(logging.Formatter("%(asctime)s ~ %(message)s"))
        self._logger = logging.Logger("imagehub")
        self._logger.addHandler(self._handler)

    def write(self, text: str) -> None:
        """One line; a newline in the text is written out, never obeyed."""
        self._logger.info("%s", printable(text))

    def close(self) -> None:
        """Closes the file."""
        self._handler.close()
