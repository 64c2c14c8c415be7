"""Pictures that wait: is that work under way, or is it stuck?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from services.keeper.doctor.finding import Check, Findings
from services.store.doctor import Latest, Wait

CLAIM_GRACE = timedelta(seconds=60)
HELD = ("detecting", "plate_reading")
_NODE_RED = "start Node-RED and look at its flows (the Pictures tab); keeper rings again by itself"
STUCK: Mapping[str, Check] = MappingProxyType(
    {
        "new": Check(3, "stuck_new", "images wait for Node-RED's plan", _NODE_RED),
        "pending": Check(3, "stuck_pending", "images wait for a detector", "start a detector and look at its log"),
        "detecting": Check(
            3, "stuck_detecting", "images are held by a worker that has gone", "start the keeper; repair frees them"
        ),
        "unjudged": Check(
            4,
            "stuck_unjudged",
            "images wait for the verdict whether to tell",
            "start Node-RED (the Alerts tab) and the notifier; keeper rings again by itself",
        ),
        "plate_pending": Check(
            3, "stuck_plate_pending", "images wait for their plates to be read", "start the plates service; see its log"
        ),
        "plate_reading": Check(
            3, "stuck_plate_reading", "images are held by a plates service that has gone", "start the keeper"
        ),
        "plate_unjudged": Check(
            4,
            "stuck_plate_unjudged",
            "images wait for the verdict whether to tell of a plate",
            "start Node-RED (the Sightings tab) and the notifier; keeper rings again by itself",
        ),
    }
)


@dataclass(frozen=True)
class Moment:
    """When it is, how long a wait may be, and whether any wait is one too many."""

    now: datetime
    patience: timedelta
    settled: bool


def judge(waits: Iterable[Wait], latest: Latest, moment: Moment, findings: Findings) -> None:
    """Adds what is stuck."""
    for wait in waits:
        if moment.settled or is_stuck(wait, latest, moment):
            findings.add(STUCK[wait.state], [f"{wait.image_id} since {wait.since:%Y-%m-%d %H:%M:%S} UTC"])


def is_stuck(wait: Wait, latest: Latest, moment: Moment) -> bool:
    """A picture waits too long. One for a detector only when no look has ended of late: newer ones go first."""
    if wait.state in HELD:
        return wait.claim_expires_at is None or wait.claim_expires_at < moment.now - CLAIM_GRACE
    long_ago = moment.now - moment.patience
    if wait.state == "pending":
        idle = latest.detected_at is None or latest.detected_at < long_ago
        return idle and wait.since < long_ago
    return wait.since < long_ago


def later(one: Latest, other: Latest) -> Latest:
    """The newest steps of two ranges."""
    return Latest(
        _max(one.decided_at, other.decided_at),
        _max(one.detected_at, other.detected_at),
        _max(one.judged_at, other.judged_at),
    )


def _max(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment is not None]
    return max(known, default=None)
