"""Whether the detector keeps up, in one sentence. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flaskapp import words
from flaskapp.detector.pace import Pace
from services.store.backlog import ENOUGH, Waiting


class When(Protocol):
    """Puts a moment into words."""

    def __call__(self, moment: datetime) -> str:
        """`08:14`, `yesterday 22:14`."""
        ...


@dataclass(frozen=True)
class Verdict:
    """A sentence, and whether it needs a look."""

    sentence: str
    well: bool


def verdict(waiting: Waiting, last_hour: Sequence[Pace], running: bool, when: When) -> Verdict:
    """What is to be said first; `running` says whether any detector is there to look."""
    if not running:
        return Verdict("No detector is running: nothing looks at pictures.", False)
    if waiting.count:
        since = f" since {when(waiting.since)}" if waiting.since else ""
        verb = "waits" if waiting.count == 1 else "wait"
        return Verdict(f"{words.many(waiting.count, 'picture', ENOUGH).capitalize()} {verb}{since}.", False)
    if not last_hour:
        return Verdict("Ready. No picture was looked at in the last hour.", True)
    return Verdict(f"Keeps up. A picture takes {took(last_hour[0].p50_ms)}.", True)


def took(milliseconds: float) -> str:
    """`61 ms`, `1.3 s`."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
