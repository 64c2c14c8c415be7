"""A sender's loop: at once when woken, now and then otherwise, patiently while the database is away."""

import threading
from collections.abc import Callable

from services.core.logging import get
from services.notifier.patience import RETRY_S
from services.notifier.sender import Sender
from services.store.engine import Away, reason

POLL_S = 10.0
"""The steward wakes whom it sees that something is due for."""
log = get(__name__)


class Rounds:
    """Runs a sender in the caller's thread."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._woken = threading.Event()

    def wake(self) -> None:
        """Something is due: do not wait for the next round."""
        self._woken.set()

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Goes round until `stopping` is set; calls `beat` each time."""
        tidy = False
        while not stopping.is_set():
            beat()
            self._woken.clear()
            try:
                if not tidy:
                    # Nothing is being sent now: what bears our name was left by a run that was interrupted.
                    self._sender.take_back_own()
                    tidy = True
                more = self._sender.send_one(stopping)
            except Away as error:
                log.warning("round_waits_for_database", error=reason(error))
                tidy = False
                stopping.wait(RETRY_S)
                continue
            if not more:
                self._woken.wait(POLL_S)
