"""Drains a spool, or whatever waits in the database, in a thread: for those who can wait for a few milliseconds.

The hub has a process for that (`services.hub.drain`), because its answers have a deadline.
"""

import threading
from collections.abc import Callable

from services.core.logging import get
from services.store.engine import Away, reason

WAIT_S = 1.0
AWAY_S = 0.5
# A transaction costs the same for one record as for fifty, and its flush holds up the intake's: the more came at once,
# the longer the next ones gather.
GATHER_PER_RECORD_S = 0.01
GATHER_MAX_S = 0.4
log = get(__name__)


class Draining:
    """Drains whenever something came (`ring`), and looks by itself every second.

    `drain` takes one batch and gives how many it held; `consequence`: what becomes of them while the database is away.
    """

    def __init__(self, drain: Callable[[], int], consequence: str = "what was taken in waits in the spool") -> None:
        self._drain = drain
        self._consequence = consequence
        self._rung = threading.Event()
        self.is_away = False

    def ring(self) -> None:
        """Something came."""
        self._rung.set()

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Drains until `stopping`; what waits then waits for the next start."""
        while not stopping.is_set():
            beat()
            self._rung.clear()
            try:
                drained = self._drain()
            except Away as error:
                self._note_away(error)
                stopping.wait(AWAY_S)
                continue
            self._note_back()
            if drained:
                stopping.wait(min(GATHER_MAX_S, GATHER_PER_RECORD_S * drained))
            else:
                self._rung.wait(WAIT_S)

    def _note_away(self, error: Exception) -> None:
        if not self.is_away:
            log.warning("database_away", error=reason(error), consequence=self._consequence)
        self.is_away = True

    def _note_back(self) -> None:
        if self.is_away:
            self.is_away = False
            log.info("database_back")
