"""Logs of refusals: a sender that is refused a thousand times a second must not fill the log's disk."""

from services.core.clock import Clock
from services.core.logging import get

EVERY_S = 10.0
log = get(__name__)


class Complaints:
    """One line a reason and ten seconds, with the number that came since the last; the counters have them all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def say(self, reason: str, peer: str) -> None:
        """Logs a refusal, or counts it for the next line."""
        now = self._clock.monotonic()
        if now - self._last.get(reason, -EVERY_S) < EVERY_S:
            self._unsaid[reason] = self._unsaid.get(reason, 0) + 1
            return
        self._last[reason] = now
        log.warning("message_refused", reason=reason, peer=peer, more_since_last_line=self._unsaid.pop(reason, 0))
