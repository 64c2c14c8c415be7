"""What calls to a paid service may still be made this month."""

from __future__ import annotations

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.detector.plugin import Unavailable
from services.store import budget
from services.store.engine import Away, reason

log = get(__name__)


class Purse:
    """The month's calls to one service, shared by all detectors. `limit` calls a month are allowed."""

    def __init__(self, engine: Engine, clock: Clock, service: str, limit: int) -> None:
        self._engine = engine
        self._clock = clock
        self._service = service
        self._limit = limit

    def spend(self) -> None:
        """Takes one call out. Raises `Unavailable` when none is left, or MariaDB cannot say."""
        try:
            with self._engine.begin() as connection:
                allowed = budget.spend(connection, self._service, self._clock.now(), self._limit)
        except Away as error:
            log.warning("database_away", error=reason(error))
            raise Unavailable("the database is away and cannot say whether this month has calls left") from error
        if not allowed:
            raise Unavailable(f"this month's {self._limit} calls to {self._service} are used up")
