"""A thread for each lane of channels: a mail server that is slow delays nobody's Telegram."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from services.notifier.rounds import Rounds
from services.notifier.sender import Sender

LANES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        # One server takes both: one at a time.
        "mail": ("email", "sms_email"),
        "telegram": ("telegram",),
        "ntfy": ("ntfy",),
        "pushover": ("pushover",),
        "webhook": ("webhook",),
        "sms": ("sms_sns",),
        "apprise": ("apprise",),
    }
)
"""The kinds of channels that each lane serves."""

Beat = Callable[[], None]


class Lanes:
    """Makes a sender for each lane, and runs them side by side. `make` makes one of a name and its kinds."""

    def __init__(self, make: Callable[[str, Sequence[str]], Sender]) -> None:
        self._rounds = {name: Rounds(make(name, kinds)) for name, kinds in LANES.items()}
        self._threads: list[threading.Thread] = []

    def wake(self, kinds: Collection[str] | None = None) -> None:
        """Something is due through channels of these kinds (None: of any): their lanes do not wait for a next round."""
        for name, rounds in self._rounds.items():
            if kinds is None or not set(kinds).isdisjoint(LANES[name]):
                rounds.wake()

    def start(self, stopping: threading.Event, beat: Callable[[str], Beat]) -> None:
        """Starts them; `beat` gives each its own sign of life."""
        for name, rounds in self._rounds.items():
            arguments = (stopping, beat(f"lane-{name}"))
            self._threads.append(threading.Thread(target=rounds.run, args=arguments, name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Waits until each has written down what it was sending; `stopping` must be set."""
        self.wake()
        for thread in self._threads:
            thread.join()
