"""Recordings and other files that somebody wants deleted: out of sight at once, let go a minute later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select

from services.core.recording_files import preview_path, thumbnail_path
from services.store import garbage
from services.store.clip import Clip
from services.store.ftp_tables import upload
from services.store.recording_tables import clip, removal, segment, share
from services.store.segment import Segment
from services.store.upload import Upload

BECAUSE = "an owner deleted it"
LEFT_TO_UNDO = timedelta(minutes=1)
AT_ONCE = 200
_TABLES = {"segment": segment, "clip": clip, "upload": upload}


@dataclass(frozen=True)
class Removal:
    """What is to be deleted, who asked for it, and when (aware UTC)."""

    thing_id: str
    kind: Literal["segment", "clip", "upload"]
    user_id: str
    asked_at: datetime


def begin(connection: Connection, one: Segment | Clip | Upload, user_id: str, at: datetime) -> None:
    """Puts it out of sight. Raises `IntegrityError` when that was done before."""
    row = {"thing_id": one.id, "kind": one.kind, "user_id": user_id, "asked_at": at}
    connection.execute(insert(removal).values(row))


def find(connection: Connection, thing_id: str) -> Removal | None:
    """The removal of one of them, while it can be taken back; or None."""
    row = connection.execute(select(removal).where(removal.c.thing_id == thing_id)).one_or_none()
    return Removal(**row._mapping) if row else None


def take_back(connection: Connection, thing_id: str) -> bool:
    """Shows it again; False when it is gone for good, or was never to be deleted."""
    return connection.execute(delete(removal).where(removal.c.thing_id == thing_id)).rowcount == 1


def due(connection: Connection, now: datetime) -> list[Removal]:
    """What can no longer be taken back, the oldest first, at most 200."""
    query = select(removal).where(removal.c.asked_at <= now - LEFT_TO_UNDO).order_by(removal.c.asked_at).limit(AT_ONCE)
    return [Removal(**row._mapping) for row in connection.execute(query)]


def finish(connection: Connection, one: Removal, at: datetime) -> bool:
    """Deletes the row and its links, and lets its files go; False when somebody has taken it back meanwhile."""
    if not take_back(connection, one.thing_id):
        return False
    table = _TABLES[one.kind]
    wanted = select(table).where(table.c.id == one.thing_id).with_for_update()
    row = connection.execute(wanted).one_or_none()
    connection.execute(delete(table).where(table.c.id == one.thing_id))
    connection.execute(delete(share).where(share.c.thing_id == one.thing_id))
    for path in _files(row):
        garbage.add(connection, path, BECAUSE, at)
    return True


def _files(row: Any) -> list[str]:
    if row is None or row.path is None:
        return []
    has_copies = row._mapping.get("preview") == "made"
    return [row.path, *([thumbnail_path(row.path), preview_path(row.path)] if has_copies else [])]
