"""For how long what somebody did can be taken back with a tap."""

from datetime import datetime, timedelta

from services.store.removal import Removal

OFFERED = timedelta(seconds=10)


def left(done_at: datetime, now: datetime) -> timedelta:
    """For how much longer it is offered; nothing, or less, when it is not."""
    return OFFERED - (now - done_at)


def left_of(found: Removal | None, now: datetime) -> float | None:
    """For how many seconds more a deletion can be taken back so; None when it cannot."""
    seconds = left(found.asked_at, now).total_seconds() if found else 0.0
    return seconds if seconds > 0 else None
