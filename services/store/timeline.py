"""Events as people read them: newest first, by kind and camera."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from services.store import keyset
from services.store.device_tables import forgetting
from services.store.keyset import Place
from services.store.tables import event

_SHOWN = (
    event.c.id,
    event.c.kind,
    event.c.camera_id,
    event.c.node_id,
    event.c.device_id,
    event.c.region,
    event.c.detail,
    event.c.value,
    event.c.unit,
    event.c.sensor,
    event.c.happened_at,
)
_IS_SHOWN = or_(event.c.device_id.is_(None), event.c.device_id.not_in(select(forgetting.c.device_id)))
"""Of a device that is being forgotten nothing is seen any more."""


def older(
    connection: Connection,
    camera_id: str | None,
    kinds: Sequence[str],
    before: Place | None,
    limit: int,
) -> list[Row[Any]]:
    """At most `limit` events, newest first; no `kinds` means every kind.

    Each kind is read by its own index and the parts are merged, so that rare kinds are found as quickly as common ones.
    """
    if not kinds:
        return _part(connection, camera_id, None, before, limit)
    parts = [row for kind in kinds for row in _part(connection, camera_id, kind, before, limit)]
    return sorted(parts, key=lambda row: (row.happened_at, row.id), reverse=True)[:limit]


def _part(
    connection: Connection,
    camera_id: str | None,
    kind: str | None,
    before: Place | None,
    limit: int,
) -> list[Row[Any]]:
    query = select(*_SHOWN).where(_IS_SHOWN).order_by(event.c.happened_at.desc(), event.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(event.c.kind == kind)
    if camera_id is not None:
        query = query.where(event.c.camera_id == camera_id)
    if before is not None:
        query = query.where(keyset.before(event.c.happened_at, event.c.id, before))
    return list(connection.execute(query))
