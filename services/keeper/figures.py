"""What waits, for the status message and `/metrics`: read now and then, told from memory."""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.keeper import metrics
from services.store import backlog, figures

EVERY_S = 10.0


class Figures:
    """Counts by kind, and the age in seconds of the oldest of a kind as `<kind>_oldest_s`; 0 when none waits."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._read_at: float | None = None
        self._now: dict[str, float] = {}

    def told(self) -> Mapping[str, float]:
        """What the status message carries; asks nobody."""
        return self._now

    def refresh(self) -> None:
        """Reads them anew when the last reading is ten seconds old."""
        now = self._clock.monotonic()
        if self._read_at is not None and now - self._read_at < EVERY_S:
            return
        self._read_at = now
        with self._engine.connect() as connection:
            counts = figures.waiting(connection)
            ages = self._ages(connection)
        for what, count in counts.items():
            metrics.waiting.labels(what).set(count)
        for what, age in ages.items():
            metrics.oldest_seconds.labels(what).set(age)
        self._now = {**counts, **{f"{what}_oldest_s": age for what, age in ages.items()}}

    def _ages(self, connection: Connection) -> dict[str, float]:
        now = self._clock.now()
        kinds = {
            "images_new": backlog.for_plan(connection, now),
            "images_pending": backlog.for_detector(connection, now),
            "images_unjudged": backlog.for_verdict(connection, now),
            "events_unjudged": backlog.for_happening(connection, now),
        }
        return {what: max((now - one.since).total_seconds(), 0.0) if one.since else 0.0 for what, one in kinds.items()}
