"""What a decision is about: an image or an event, with the names that people know it by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, exists, func, not_, select

from services.store.alert_tables import decision
from services.store.device_tables import device
from services.store.recording_tables import reach
from services.store.tables import camera, event, image, node


@dataclass(frozen=True)
class Matter:
    """`at` is when it was captured or happened (aware UTC); `place` is the name of its camera, node or device.

    `lasts`: an event's state goes on, as of a camera that is silent still.
    """

    image_id: str | None
    event_id: str | None
    camera_id: str | None
    place: str | None
    at: datetime
    lasts: bool = False
    device_id: str | None = None
    node_id: str | None = None

    @property
    def input(self) -> tuple[Column[Any], str] | None:
        """Where what it is about came from: the column that names it, and its id. None: from the house itself."""
        named = ((event.c.device_id, self.device_id), (decision.c.camera_id, self.camera_id))
        return next(((column, key) for column, key in (*named, (event.c.node_id, self.node_id)) if key), None)


def lock(connection: Connection, image_id: str | None, event_id: str | None) -> Matter | None:
    """The image or event, locked, so that one request that came twice is decided once; None if unknown."""
    if image_id is not None:
        return _image(connection, image_id)
    return None if event_id is None else _event(connection, event_id)


def _image(connection: Connection, image_id: str) -> Matter | None:
    columns = (image.c.camera_id, image.c.captured_at)
    row = connection.execute(select(*columns).where(image.c.id == image_id).with_for_update()).one_or_none()
    if row is None:
        return None
    name = connection.scalar(select(camera.c.name).where(camera.c.id == row.camera_id))
    return Matter(image_id, None, row.camera_id, str(name), row.captured_at)


def _event(connection: Connection, event_id: str) -> Matter | None:
    row = connection.execute(select(event).where(event.c.id == event_id).with_for_update()).one_or_none()
    if row is None:
        return None
    lasts = _lasts(connection, row)
    of = (row.device_id, row.node_id)
    return Matter(None, event_id, row.camera_id, _place(connection, row), row.happened_at, lasts, *of)


def alerts_since(connection: Connection, source: tuple[Column[Any], str], since: datetime) -> int:
    """How many alerts of one input were to be told of, at once or later, after then. `source` is a `Matter.input`."""
    column, key = source
    query = (
        select(func.count())
        .select_from(decision.outerjoin(event, event.c.id == decision.c.event_id))
        .where(decision.c.decided_at > since, decision.c.subject.is_not(None), column == key)
    )
    return int(connection.scalar(query) or 0)


def _place(connection: Connection, row: Row[Any]) -> str | None:
    called = func.coalesce(device.c.name, device.c.called)
    for table, name, of in (
        (camera, camera.c.name, row.camera_id),
        (device, called, row.device_id),
        (node, node.c.name, row.node_id),
    ):
        if of is not None:
            return connection.scalar(select(name).where(table.c.id == of))
    return None


def _lasts(connection: Connection, row: Row[Any]) -> bool:
    if row.kind == "service_silent":
        # Both sentences begin with the service that they are about: nothing else of an event names it.
        same = event.c.detail.startswith(f"{row.detail.partition(' is ')[0]} is ", autoescape=True)
        back = exists().where(event.c.kind == "service_back", event.c.happened_at >= row.happened_at, same)
        return bool(connection.scalar(select(not_(back))))
    if row.kind == "disk_low":
        back = exists().where(event.c.kind == "disk_back", event.c.happened_at >= row.happened_at)
        return bool(connection.scalar(select(not_(back))))
    later = exists().where(
        event.c.camera_id == row.camera_id, event.c.kind == row.kind, event.c.happened_at > row.happened_at
    )
    since = {
        # A camera that fell silent again has an event of its own for that.
        "camera_silent": select(camera.c.silent_since).where(camera.c.id == row.camera_id, not_(later)),
        "camera_unreachable": select(func.max(reach.c.raised_at)).where(
            reach.c.camera_id == row.camera_id, not_(later)
        ),
        "node_silent": select(node.c.silent_since).where(node.c.id == row.node_id),
        "device_stale": select(device.c.stale_since).where(device.c.id == row.device_id),
    }.get(row.kind)
    return since is not None and connection.scalar(since) is not None
