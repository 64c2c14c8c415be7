"""What triggered just before something: devices that became active, and things that arrived."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, literal, select, union_all

from services.store.device_tables import device
from services.store.tables import camera, event, sighting


@dataclass(frozen=True)
class Triggered:
    """One of them: when (aware UTC), the device or what arrived, and what it said or where that was."""

    at: datetime
    what: str
    detail: str
    is_device: bool


def recent(connection: Connection, since: datetime, until: datetime, limit: int) -> list[Triggered]:
    """The newest `limit` of both, oldest first; `since` does not count, `until` does."""
    called = func.coalesce(device.c.name, device.c.called)
    devices = (
        select(event.c.happened_at.label("at"), called.label("what"), event.c.detail, literal(1).label("is_device"))
        .join(device, device.c.id == event.c.device_id)
        .where(event.c.kind == "device_active", event.c.happened_at > since, event.c.happened_at <= until)
    )
    arrivals = (
        select(sighting.c.arrived_at.label("at"), sighting.c.label.label("what"), camera.c.name, literal(0))
        .join(camera, camera.c.id == sighting.c.camera_id)
        .where(sighting.c.arrived_at > since, sighting.c.arrived_at <= until)
    )
    both = union_all(devices, arrivals).subquery()
    newest = connection.execute(select(both).order_by(both.c.at.desc()).limit(limit)).all()
    return [Triggered(row.at, row.what, row.detail, bool(row.is_device)) for row in reversed(newest)]
