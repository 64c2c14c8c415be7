"""Closes sightings of which nothing more is seen: what moves has gone when no picture came to show it."""

from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.keeper import metrics
from services.store import sighting

MOST = 200
log = get(__name__)


class Departures:
    """Sightings whose patience is over. Detectors close those that a picture shows to have gone."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock

    def close(self) -> int:
        """One round: closes them, then rings for those that had arrived; how many these were."""
        with self._engine.begin() as connection:
            closed = sighting.close_expired(connection, self._clock.now(), MOST)
        if closed:
            metrics.departed.inc(len(closed))
            log.info("sightings_departed", sighting_ids=[one.id for one in closed])
            self._bus.ring(*(sighting.departed(one, self._clock, "keeper") for one in closed))
        return len(closed)
