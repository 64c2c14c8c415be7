"""Segments: stretches of a camera's recorded stream, each a file under `recordings/`. Written once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.recording_files import companions
from services.store import garbage
from services.store.recording_tables import clip, segment

Kind = Literal["segment", "clip"]
"""What recordings are."""
UNFINISHED = ("open", "waiting", "cutting")


@dataclass(frozen=True)
class Segment:
    """One row of `segment`; times are aware UTC, `path` is below the media folder, `whole` false: its writer died."""

    kind: ClassVar[Kind] = "segment"
    id: str
    camera_id: str
    path: str
    began_at: datetime
    ended_at: datetime
    bytes: int
    width: int | None
    height: int | None
    video: str
    audio: str | None
    whole: bool
    stored_at: datetime
    kept: bool = False
    preview: str = "waiting"


def add(connection: Connection, segments: Sequence[Segment]) -> None:
    """Writes rows; an id or path that is there already is left as it is (its record came twice)."""
    if segments:
        statement = insert(segment).on_duplicate_key_update(id=segment.c.id)
        connection.execute(statement, [vars(one) for one in segments])


def find(connection: Connection, segment_id: str) -> Segment | None:
    """One segment, or None."""
    row = connection.execute(select(segment).where(segment.c.id == segment_id)).one_or_none()
    return Segment(**row._mapping) if row else None


def between(connection: Connection, camera_id: str, begin: datetime, end: datetime) -> list[Segment]:
    """A camera's segments that hold something of a span, in their order."""
    query = select(segment).where(
        segment.c.camera_id == camera_id, segment.c.began_at < end, segment.c.ended_at > begin
    )
    in_order = query.order_by(segment.c.began_at, segment.c.ended_at)
    return [Segment(**row._mapping) for row in connection.execute(in_order)]


def without_preview(connection: Connection) -> Segment | None:
    """The newest one whose preview is still to be made."""
    query = select(segment).where(segment.c.preview == "waiting").order_by(segment.c.began_at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Segment(**row._mapping) if row else None


def set_preview(connection: Connection, segment_id: str, state: str) -> bool:
    """Says what became of its preview: `made` or `failed`; False when it is gone."""
    done = connection.execute(update(segment).where(segment.c.id == segment_id).values(preview=state))
    return done.rowcount == 1


def oldest_free(connection: Connection, before: datetime, limit: int) -> list[Segment]:
    """The oldest that ended before then, are not kept, and that no unfinished clip needs."""
    free = (segment.c.ended_at < before) & segment.c.kept.is_(False) & ~_needed()
    query = select(segment).where(free).order_by(segment.c.began_at).limit(limit)
    return [Segment(**row._mapping) for row in connection.execute(query)]


def let_go(connection: Connection, segments: Sequence[Segment], because: str, at: datetime) -> int:
    """Takes rows away and leaves their files, previews and all, to the sweeper; how many rows there were."""
    for one in segments:
        for path in (one.path, *(companions(one.path) if one.preview == "made" else ())):
            garbage.add(connection, path, because, at)
    ids = [one.id for one in segments]
    return connection.execute(delete(segment).where(segment.c.id.in_(ids))).rowcount if ids else 0


def bytes_of(connection: Connection) -> int:
    """What all segments take of the disk, without their previews."""
    return int(connection.scalar(select(func.coalesce(func.sum(segment.c.bytes), 0))) or 0)


def newest(connection: Connection, camera_id: str) -> Segment | None:
    """A camera's last one, or None."""
    of_camera = select(segment).where(segment.c.camera_id == camera_id)
    row = connection.execute(of_camera.order_by(segment.c.began_at.desc()).limit(1)).one_or_none()
    return Segment(**row._mapping) if row else None


def _needed() -> ColumnElement[bool]:
    overlaps = (clip.c.from_at < segment.c.ended_at) & (clip.c.to_at > segment.c.began_at)
    unfinished = (clip.c.camera_id == segment.c.camera_id) & clip.c.state.in_(UNFINISHED)
    return exists().where(unfinished, overlaps)
