"""Events as people read them: newest first, by kind, camera and device."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

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
    device_id: str | None = None,
) -> list[Row[Any]]:
    """At most `limit` events, newest first; no `kinds` means every kind.

    Each kind is read by its own index and the parts are merged, so that rare kinds are found as quickly as common ones.
    """
    if not kinds:
        return _part(connection, _places(camera_id, device_id), before, limit)
    places = _places(camera_id, device_id)
    parts = [row for kind in kinds for row in _part(connection, [*places, event.c.kind == kind], before, limit)]
    return sorted(parts, key=lambda row: (row.happened_at, row.id), reverse=True)[:limit]


def _places(camera_id: str | None, device_id: str | None) -> list[ColumnElement[bool]]:
    chosen = ((event.c.camera_id, camera_id), (event.c.device_id, device_id))
    return [column == wanted for column, wanted in chosen if wanted is not None]


def _part(
    connection: Connection, chosen: Sequence[ColumnElement[bool]], before: Place | None, limit: int
) -> list[Row[Any]]:
    newest = (event.c.happened_at.desc(), event.c.id.desc())
    query = select(*_SHOWN).where(_IS_SHOWN, *chosen).order_by(*newest).limit(limit)
    if before is not None:
        query = query.where(keyset.before(event.c.happened_at, event.c.id, before))
    return list(connection.execute(query))
