"""Streams: what the recorder needs to know of how cameras are reached, and what it says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.dialects.mysql import insert

from services.store.recording_tables import access, reach
from services.store.tables import camera, event

WAY = "stream"
DETAIL_MAX = 300


@dataclass(frozen=True)
class Stream:
    """A camera's stream. Addresses, account and password are secrets: they do not show in its text.

    `source` is what the camera's pictures are filed under. `records`: all the time; `watches`: it is looked at for
    motion.
    """

    camera_id: str
    source: str
    stream_url: str = field(repr=False)
    substream_url: str | None = field(repr=False)
    account: str | None = field(repr=False)
    password: str | None = field(repr=False)
    transport: str
    records: bool
    watches: bool


def wanted(connection: Connection) -> list[Stream]:
    """The streams that are to be recorded or watched, by camera."""
    names = [name for name in Stream.__dataclass_fields__ if name not in ("camera_id", "source")]
    columns = [access.c.camera_id, camera.c.source, *(access.c[name] for name in names)]
    query = select(*columns).join(camera, camera.c.id == access.c.camera_id)
    there = access.c.stream_url.is_not(None) & or_(access.c.records, access.c.watches)
    return [Stream(**row._mapping) for row in connection.execute(query.where(there).order_by(access.c.camera_id))]


def sources(connection: Connection, camera_ids: Sequence[str]) -> dict[str, str]:
    """What these cameras' pictures are filed under, by id, of those that are known."""
    rows = connection.execute(select(camera.c.id, camera.c.source).where(camera.c.id.in_(camera_ids)))
    return {row.id: row.source for row in rows}


def note(connection: Connection, camera_id: str, state: str, detail: str, at: datetime) -> None:
    """Writes down how the last try ended; `since` stays while the state does. Nothing when its access has gone."""
    known = select(access.c.camera_id).where(access.c.camera_id == camera_id)
    if connection.scalar(known) is None:
        return
    values: dict[str, Any] = {"state": state, "detail": detail[:DETAIL_MAX], "since": at, "tried_at": at}
    row = insert(reach).values(camera_id=camera_id, way=WAY, well_at=at if state == "ok" else None, **values)
    # MariaDB sets the columns in their order: `since` asks for the state before it is changed.
    later = [
        ("since", func.if_(reach.c.state == row.inserted.state, reach.c.since, row.inserted.since)),
        ("state", row.inserted.state),
        ("detail", row.inserted.detail),
        ("tried_at", row.inserted.tried_at),
        ("well_at", func.coalesce(row.inserted.well_at, reach.c.well_at)),
    ]
    connection.execute(row.on_duplicate_key_update(later))


def last(connection: Connection, camera_id: str) -> str | None:
    """The state that was noted last; None: none was."""
    query = select(reach.c.state).where(reach.c.camera_id == camera_id, reach.c.way == WAY)
    state: str | None = connection.scalar(query)
    return state


def was_lost(connection: Connection, camera_id: str, kinds: tuple[str, str]) -> bool:
    """Whether the last event of a camera of these two kinds, lost and back, is the first."""
    of_camera = select(event.c.kind).where(event.c.camera_id == camera_id, event.c.kind.in_(kinds))
    newest: str | None = connection.scalar(of_camera.order_by(event.c.happened_at.desc(), event.c.id.desc()).limit(1))
    return newest == kinds[0]
