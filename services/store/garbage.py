"""Files that have lost their row and are to be unlinked. A garbage row goes only after its file has gone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.mysql import insert

from services.store.recording_tables import clip, segment
from services.store.tables import garbage, image

BECAUSE_MAX = 120


def add(connection: Connection, path: str, because: str, at: datetime) -> None:
    """Lets a file go. The caller takes the file's own row away in the same transaction."""
    row = insert(garbage).values(path=path, because=because[:BECAUSE_MAX], at=at)
    connection.execute(row.on_duplicate_key_update(path=garbage.c.path))


def some(connection: Connection, after: str, limit: int) -> list[str]:
    """Paths of files to unlink that come behind `after`, in the order of the paths."""
    query = select(garbage.c.path).where(garbage.c.path > after).order_by(garbage.c.path).limit(limit)
    return list(connection.scalars(query))


def waits(connection: Connection, because: str) -> bool:
    """Whether a file that was let go for this reason has not been unlinked yet."""
    return connection.scalar(select(garbage.c.path).where(garbage.c.because == because).limit(1)) is not None


def wanted(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of the paths that an image, a segment or a clip has: they must never be unlinked."""
    if not paths:
        return set()
    columns = (table.c.path for table in (image, segment, clip))
    return {path for column in columns for path in connection.scalars(select(column).where(column.in_(paths)))}


def forget(connection: Connection, paths: Sequence[str]) -> None:
    """Takes garbage rows away: their files have gone."""
    if paths:
        connection.execute(delete(garbage).where(garbage.c.path.in_(paths)))


def without_image(connection: Connection, image_ids: Sequence[str]) -> set[str]:
    """Those of the ids that no image has: what was made from them is of no use any more."""
    if not image_ids:
        return set()
    return set(image_ids) - set(connection.scalars(select(image.c.id).where(image.c.id.in_(image_ids))))
