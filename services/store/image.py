"""Images: the row of an accepted picture, written once however often its record comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.dialects.mysql import insert

from services.store.tables import image


@dataclass(frozen=True)
class NewImage:
    """What an intake knows of a picture; times aware UTC, `path` below the media folder, `sha256` hex."""

    id: str
    camera_id: str
    name: str
    path: str
    captured_at: datetime
    received_at: datetime
    stored_at: datetime
    width: int | None
    height: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Image(NewImage):
    """One row of `image`: what the intake knew, and what came of it."""

    state: str
    decided_at: datetime | None
    claimed_by: str | None
    claim_expires_at: datetime | None
    attempts: int
    detected_at: datetime | None
    model: str | None
    model_version: str | None
    took_ms: float | None
    fell_back_because: str | None
    error: str | None
    judged_at: datetime | None


def add(connection: Connection, images: Sequence[NewImage]) -> None:
    """Writes rows; an id or path that is there already is left as it is (its record came twice)."""
    if not images:
        return
    statement = insert(image).on_duplicate_key_update(id=image.c.id)
    connection.execute(statement, [vars(one) | {"state": "new", "attempts": 0} for one in images])


def sent_again(connection: Connection, images: Sequence[NewImage]) -> list[NewImage]:
    """Those whose id another file has, in the table or before them here: their sender repeated a message."""
    of_ids = select(image.c.id, image.c.path).where(image.c.id.in_([one.id for one in images]))
    first = {row.id: row.path for row in connection.execute(of_ids)} if images else {}
    return [one for one in images if first.setdefault(one.id, one.path) != one.path]


def find(connection: Connection, image_id: str) -> Image | None:
    """One image, or None."""
    return _one(connection, image.c.id == image_id)


def find_path(connection: Connection, path: str) -> Image | None:
    """The image whose file is there (below the media folder), or None."""
    return _one(connection, image.c.path == path)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Image | None:
    row: Row[Any] | None = connection.execute(select(image).where(condition)).one_or_none()
    return Image(**row._mapping) if row else None
