"""What Node-RED noticed (`event/report`) becomes an event, under the message's own id: written once."""

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import EventReport
from services.store import camera, event, node
from services.store.event import Event

stored = Counter("scribe_events", "events written down, by kind", ["kind"])
unknown = Counter("scribe_events_of_unknown", "events whose camera or node is not known; stored without it")
log = get(__name__)


class Reports:
    """Writes events and rings for them."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock

    def take(self, report: EventReport) -> None:
        """The handler. Rings also for a report that came twice: the first bell may have been lost."""
        with self._engine.begin() as connection:
            written = self._event(connection, report)
            event.add(connection, [written])
        stored.labels(report.kind).inc()
        self._bus.ring(written.bell(self._clock, "scribe"))

    def _event(self, connection: Connection, report: EventReport) -> Event:
        now = self._clock.now()
        camera_id = report.camera_id if report.camera_id and camera.find(connection, report.camera_id) else None
        node_id = report.node_id if report.node_id and node.find(connection, report.node_id) else None
        strangers = [
            f"{noun} {given}"
            for noun, given, known in (("camera", report.camera_id, camera_id), ("node", report.node_id, node_id))
            if given != known
        ]
        if strangers:
            unknown.inc()
            log.warning("event_of_unknown", unknown=strangers, kind=report.kind, event_id=report.id)
        return Event(
            id=report.id,
            kind=report.kind,
            camera_id=camera_id,
            node_id=node_id,
            detail=report.detail,
            happened_at=report.happened_at,
            received_at=now,
            stored_at=now,
            text=f"not known: {', '.join(strangers)}" if strangers else None,
        )
