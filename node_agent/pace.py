"""When the next one is due: pictures of a source, pictures to send, heartbeats."""

from node_agent.clock import Clock


class Pace:
    """An even beat of one step per `seconds`; 0 means: always due.

    A step that comes late does not shift the ones after it, but steps missed altogether are not made up for:
    a computer that slept does not send a burst when it wakes.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._due_at = clock.monotonic()

    def remaining(self) -> float:
        """Seconds until the next step is due, 0 if it is due now."""
        return max(0.0, self._due_at - self._clock.monotonic())

    def step(self) -> None:
        """Count the step that is due now, and set the time of the next."""
        now = self._clock.monotonic()
        late = now - self._due_at
        self._due_at = (now if late >= self._seconds else self._due_at) + self._seconds
