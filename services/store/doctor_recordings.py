"""What the doctor asks about recordings and clips: rows and files."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from services.core.recording_files import companions
from services.store.recording_tables import clip, segment

ENDINGS = (".mp4", ".mkv", ".avi", ".mov")
_SMALL = (".preview.mp4", ".jpg")


class StoredFilm(NamedTuple):
    """What a row says of its file; `path` is below the media folder."""

    id: str
    path: str
    bytes: int


def films(connection: Connection, noun: str, after: str, limit: int) -> list[StoredFilm]:
    """The files of the next `segment`s or `clip`s behind an id, in the order of the ids."""
    table = {"segment": segment, "clip": clip}[noun]
    query = select(table.c.id, table.c.path, table.c.bytes).where(table.c.id > after, table.c.path.is_not(None))
    return [StoredFilm(*row) for row in connection.execute(query.order_by(table.c.id).limit(limit))]


def there(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of the ids that still have a row."""
    return {
        one for table in (segment, clip) for one in connection.scalars(select(table.c.id).where(table.c.id.in_(ids)))
    }


def with_row(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of the paths that are a film with a row, or what stands beside one."""
    asked = {path: candidates for path in paths if (candidates := _films_of(path))}
    every = {one for candidates in asked.values() for one in candidates}
    if not every:
        return set()
    known = {
        path
        for table in (segment, clip)
        for path in connection.scalars(select(table.c.path).where(table.c.path.in_(every)))
    }
    return {path for path, candidates in asked.items() if known & set(candidates)}


def _films_of(path: str) -> list[str]:
    """Which films a file may belong to: itself, or those that it is the small picture or copy of."""
    if not path.startswith("recordings/"):
        return []
    stem = next((path.removesuffix(small) for small in _SMALL if path.endswith(small)), None)
    return [path] if stem is None else [stem + ending for ending in ENDINGS if path in companions(stem + ending)]
