"""Other files that cameras have sent: no pictures, no films."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, Connection, select, tuple_
from sqlalchemy.dialects.mysql import insert

from services.store.ftp_tables import upload
from services.store.recording_tables import removal


@dataclass(frozen=True)
class Upload:
    """One row of `upload`; times aware UTC, `path` below the media folder, `sha256` hex."""

    kind: ClassVar[Literal["upload"]] = "upload"
    id: str
    camera_id: str | None
    sender: str
    name: str
    path: str
    bytes: int
    sha256: str
    received_at: datetime
    stored_at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which of them a page shows; None means all. `before` is the receipt and id of the last one of the page before."""

    camera_id: str | None = None
    sender: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, str] | None = None


def add(connection: Connection, uploads: Sequence[Upload]) -> None:
    """Writes rows; one that is there already is left as it is (its record came twice)."""
    if uploads:
        statement = insert(upload).on_duplicate_key_update(id=upload.c.id)
        connection.execute(statement, [vars(one) for one in uploads])


def paths_of(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The paths of those of them that have a row, by id."""
    rows = connection.execute(select(upload.c.id, upload.c.path).where(upload.c.id.in_(ids)))
    return {row.id: row.path for row in rows}


def find(connection: Connection, upload_id: str) -> Upload | None:
    """One of them; None where there is none, or it is to be deleted."""
    row = connection.execute(select(upload).where(upload.c.id == upload_id, _is_shown())).one_or_none()
    return Upload(**row._mapping) if row else None


def page(connection: Connection, wanted: Wanted, most: int) -> list[Upload]:
    """The newest that are wanted, at most so many."""
    asked: list[tuple[object, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.camera_id, upload.c.camera_id.__eq__),
        (wanted.sender, upload.c.sender.__eq__),
        (wanted.since, upload.c.received_at.__ge__),
        (wanted.until, upload.c.received_at.__lt__),
        (wanted.before, tuple_(upload.c.received_at, upload.c.id).__lt__),
    ]
    narrowed = [condition(value) for value, condition in asked if value is not None]
    newest = (upload.c.received_at.desc(), upload.c.id.desc())
    chosen = select(upload).where(_is_shown(), *narrowed).order_by(*newest).limit(most)
    return [Upload(**row._mapping) for row in connection.execute(chosen)]


def senders(connection: Connection) -> list[str]:
    """Who has sent any."""
    return list(connection.scalars(select(upload.c.sender).where(_is_shown()).distinct().order_by(upload.c.sender)))


def _is_shown() -> ColumnElement[bool]:
    return upload.c.id.not_in(select(removal.c.thing_id))


def received_before(connection: Connection, moment: datetime, most: int) -> list[Upload]:
    """The oldest that were received before a moment."""
    chosen = select(upload).where(upload.c.received_at < moment).order_by(upload.c.received_at).limit(most)
    return [Upload(**row._mapping) for row in connection.execute(chosen)]
