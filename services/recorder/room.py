"""Whether the disk has room for recordings. Below the limit they pause; pictures still go in."""

import shutil
from collections.abc import Callable
from pathlib import Path

from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.core.spool import Record
from services.intake import records
from services.intake.records import Happening

ROOMY = 1.5
"""So many times the limit must be free for recording to go on."""
EVERY_S = 2.0
PAUSED, RESUMED = "recording_paused", "recording_resumed"
log = get(__name__)


def percent_free(folder: Path) -> float:
    """How much of a folder's disk is free. Raises `OSError`."""
    usage = shutil.disk_usage(folder)
    return 100 * usage.free / usage.total if usage.total else 0.0


class Room:
    """Looks every two seconds. `tell` gets the record of an event when recording pauses or goes on."""

    def __init__(
        self,
        folder: Path,
        limit_percent: float,
        clock: Clock,
        tell: Callable[[Record], None],
        free: Callable[[Path], float] = percent_free,
    ) -> None:
        self._folder = folder
        self._limit = limit_percent
        self._clock = clock
        self._tell = tell
        self._free = free
        self._is_there = True

    def is_there(self) -> bool:
        """Whether there was room when it was last looked."""
        return self._is_there

    def look(self) -> None:
        """Looks at the disk."""
        try:
            free = self._free(self._folder)
        except OSError as error:
            log.warning("disk_not_looked_at", folder=str(self._folder), reason=error.strerror)
            return
        was = self._is_there
        self._is_there = free >= (self._limit if was else ROOMY * self._limit)
        if was is not self._is_there:
            self._say(free)

    def _say(self, free: float) -> None:
        kind = RESUMED if self._is_there else PAUSED
        words = f"{free:.1f} % of the disk is free: recording {'goes on' if self._is_there else 'pauses'}"
        log.warning(kind, said=words)
        now = self._clock.now()
        try:
            self._tell(records.event("", words, Happening(kind, "hub", words), now, now, new_id()))
        except OSError as error:
            log.error("event_not_stored", kind=kind, error=error.strerror)
