"""What services say of themselves (`svc/…/status`) becomes rows, for charts and for the health page."""

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.messages import ServiceStatus
from services.store import service


class Statuses:
    """Writes states, and figures of services that are there. A last will is as old as its service's start."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def take(self, status: ServiceStatus) -> None:
        """The handler. The time is that of the arrival: a will was written long before it is told."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            service.note(connection, status.service, status.instance, status.state, status.version, now)
            service.note_figures(connection, status.service, status.instance, now, status.figures)
