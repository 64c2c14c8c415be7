"""How busy the hub is, so that its drain can step back while every sender is waiting for the same few cores."""

SMOOTHING = 0.05
BUSY_FROM = 0.7


class Pace:
    """The share of rounds in which the next message is there already, over the last few dozen."""

    def __init__(self) -> None:
        self._share = 0.0

    def note(self, at_once: bool) -> None:
        """One round: was there a message at once?"""
        self._share += SMOOTHING * (at_once - self._share)

    def is_busy(self) -> bool:
        """Whether groups arrive back to back."""
        return self._share >= BUSY_FROM
