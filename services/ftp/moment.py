"""When a file was made: what its name, its content or its sender says, held against the clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.core.logging import get
from services.ftp import metrics

AHEAD = timedelta(minutes=1)
BEHIND = timedelta(days=7)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
log = get(__name__)


@dataclass(frozen=True)
class Dated:
    """`captured_at` None: the receipt counts. `said` is what the camera says, believed or not; None: nothing."""

    captured_at: datetime | None
    said: datetime | None


def dated(sayings: Iterable[tuple[str, Callable[[], datetime | None]]], received_at: datetime) -> Dated:
    """The first of the sayings (where it stands, and what it says) that says a time."""
    for where, asked in sayings:
        said = asked()
        if said is None or said < EPOCH:
            continue
        if received_at - BEHIND <= said <= received_at + AHEAD:
            return Dated(said, said)
        metrics.misdated.inc()
        log.info("camera_time_not_believed", said=said.isoformat(), where=where, consequence="the receipt counts")
        return Dated(None, said)
    return Dated(None, None)
