"""Clips that cameras made themselves and sent: ready when they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.mysql import insert

from services.store.recording_tables import clip


@dataclass(frozen=True)
class SentClip:
    """What is known of it; times aware UTC, `path` below the media folder, `detail` what its sender called it."""

    id: str
    camera_id: str
    detail: str
    path: str
    began_at: datetime
    ended_at: datetime
    bytes: int
    created_at: datetime


def add(connection: Connection, clips: Sequence[SentClip]) -> None:
    """Writes rows; one that is there already is left as it is (its record came twice)."""
    if not clips:
        return
    fixed = {"because": "sent", "state": "ready", "attempts": 0, "kept": False, "preview": "waiting"}
    rows = [
        vars(one) | fixed | {"from_at": one.began_at, "to_at": one.ended_at, "ready_at": one.created_at}
        for one in clips
    ]
    connection.execute(insert(clip).on_duplicate_key_update(id=clip.c.id), rows)


def paths_of(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The paths of those of them that have a row, by id."""
    rows = connection.execute(select(clip.c.id, clip.c.path).where(clip.c.id.in_(ids)))
    return {row.id: row.path for row in rows}
