"""What becomes of a delivery after a try. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.store.delivery import Attempt

# No longer: while an alert waits, no other one of its label is made.
PAUSES_S = (5, 15, 60, 300)
LONGEST = timedelta(seconds=PAUSES_S[-1])
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Step:
    """`retry` at `again_at`, or the end: `sent`, `failed`."""

    outcome: Literal["sent", "retry", "failed"]
    again_at: datetime | None = None


def pause(tries: int) -> timedelta:
    """How long to wait after that many tries: 5 s, 15 s, 1 min, at most 5 min."""
    return timedelta(seconds=PAUSES_S[min(max(tries, 1), len(PAUSES_S)) - 1])


def step(outcome: str, tries: int, created_at: datetime, now: datetime) -> Step:
    """`tries` counts the one that just ended; after a day nothing is tried again."""
    if outcome == "accepted":
        return Step("sent")
    again_at = now + pause(tries)
    if outcome == "permanent" or again_at > created_at + GIVE_UP_AFTER:
        return Step("failed")
    return Step("retry", again_at)


def step_when_lost(tries: int, created_at: datetime, now: datetime) -> Step:
    """After a try whose notifier died: the first time at once, so that the alert is not late; then with pauses.

    The pauses keep a message that kills its notifier from doing so again and again.
    """
    return Step("retry", now) if tries == 1 else step("passing", tries, created_at, now)


def lost(started_at: datetime, now: datetime) -> Attempt:
    """The try that a killed notifier could not write down itself."""
    why = "the notifier ended while it sent this; whether the channel had accepted it is not known"
    return Attempt(started_at, max(started_at, now), "passing", why)
