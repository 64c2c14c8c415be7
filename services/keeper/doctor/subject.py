"""What is examined, and how strictly."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.media import Media
from services.keeper.doctor.progress import Progress


class CannotCheck(Exception):
    """The examination is impossible; the text says why and what to do."""


@dataclass(frozen=True)
class Subject:
    """A stack's database, media folder and spools.

    `settled` demands that nothing is under way: no picture waits, no spool holds anything, no file is too young to
    count. Without it the stack may be running: what is found is asked again after `pause`, and only what is still
    wrong counts. `patience` is how long a picture may wait before it counts as stuck; `hash_files` reads every file.
    """

    engine: Engine
    media: Media
    spool: Path
    clock: Clock
    settled: bool = False
    hash_files: bool = False
    patience: timedelta = timedelta(minutes=5)
    pause: Callable[[], None] = lambda: time.sleep(1.0)
    progress: Progress = field(default_factory=Progress)

    @property
    def young(self) -> timedelta:
        """A younger file may still be on its way to its row."""
        return timedelta(0) if self.settled else timedelta(seconds=60)
