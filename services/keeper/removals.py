"""Recordings and other files that an owner deleted: once it cannot be taken back, rows go and files are let go."""

from sqlalchemy import Engine

from services.core.clock import Clock
from services.store import removal


class Removals:
    """Carries them out, one transaction each, so that a click on undo never waits for many."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def carry_out(self) -> int:
        """One round; how many of them are gone."""
        now = self._clock.now()
        with self._engine.connect() as connection:
            due = removal.due(connection, now)
        gone = 0
        for one in due:
            with self._engine.begin() as connection:
                gone += removal.finish(connection, one, now)
        return gone
