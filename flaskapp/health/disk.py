"""How full the disk of the pictures is, and how long it will do."""

import shutil
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from services.core.clock import Clock
from services.store import backlog

RATE_KEPT_S = 60
RESERVE = 0.02
"""Share of a disk that file systems keep back or that is full for all purposes."""


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk under the media folder, and what a day of pictures takes; 0 when nothing comes."""

    total: int
    free: int
    bytes_per_day: float

    @property
    def days_left(self) -> float | None:
        """How many more days fit at the present rate; None when nothing comes."""
        usable = max(0.0, self.free - self.total * RESERVE)
        return usable / self.bytes_per_day if self.bytes_per_day > 0 else None

    @property
    def used_percent(self) -> int:
        """How full it is."""
        return round(100 * (1 - self.free / self.total)) if self.total else 100


def look(folder: Path, bytes_per_day: float) -> Disk:
    """The disk's figures; the folder's nearest existing parent stands for one that is not made yet."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    usage = shutil.disk_usage(there)
    return Disk(usage.total, usage.free, bytes_per_day)


class Rate:
    """Bytes a day, asked of the database once a minute at most: it counts a day's rows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_at: float | None = None
        self._value = 0.0
        self._lock = threading.Lock()

    def get(self, connection: Connection, now: datetime) -> float:
        """The rate as of the last minute."""
        with self._lock:
            if self._stale():
                self._value = backlog.bytes_per_day(connection, now)
                self._asked_at = self._clock.monotonic()
            return self._value

    def _stale(self) -> bool:
        return self._asked_at is None or self._clock.monotonic() - self._asked_at > RATE_KEPT_S
