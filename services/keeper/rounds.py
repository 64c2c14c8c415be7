"""The keeper's round, every second: each duty once, whatever became of the one before."""

import threading
from collections.abc import Callable, Mapping

from services.core.logging import get
from services.store.engine import Away, reason

EVERY_S = 1.0
Duty = Callable[[], object]
log = get(__name__)


class Rounds:
    """Duties by name, done in their order."""

    def __init__(self, duties: Mapping[str, Duty]) -> None:
        self._duties = duties

    def go(self) -> None:
        """One round. With MariaDB away a duty is left for the next round."""
        for name, duty in self._duties.items():
            try:
                duty()
            except Away as error:
                log.warning("duty_put_off", duty=name, error=reason(error))

    def keep_going(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Rounds until `stopping`."""
        while not stopping.is_set():
            beat()
            self.go()
            stopping.wait(EVERY_S)
