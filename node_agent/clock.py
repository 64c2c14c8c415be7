"""The agent's time, and the one way of waiting in it.

Every loop waits through a clock, so that a stop request wakes all of them and tests own the time.
"""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    @property
    def stopping(self) -> bool:
        """True once the agent has been asked to stop."""
        ...

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait; return early, with True, when the agent is asked to stop."""
        ...


class SystemClock:
    """The real clock of this computer."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    @property
    def stopping(self) -> bool:
        """True once `stop` has been called."""
        return self._stop.is_set()

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait; return early, with True, when the agent is asked to stop."""
        return self._stop.wait(max(seconds, 0.0))

    def stop(self) -> None:
        """Ask every loop of the agent to end."""
        self._stop.set()
