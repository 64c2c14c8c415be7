"""How busy the hub is, so that its drain can step back while every sender is waiting for the same few cores."""

SMOOTHING = 0.05
BUSY_BELOW = 0.15


class Pace:
    """The share of time that the hub waits for messages, over the last few dozen rounds."""

    def __init__(self) -> None:
        self._waits = 1.0

    def note(self, waited_s: float, worked_s: float) -> None:
        """One round."""
        whole = waited_s + worked_s
        if whole > 0:
            self._waits += SMOOTHING * (waited_s / whole - self._waits)

    def is_busy(self) -> bool:
        """Whether groups arrive back to back."""
        return self._waits < BUSY_BELOW
