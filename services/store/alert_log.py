"""Decisions as people read them: who was told, who was not, and why; with each delivery and its attempts."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from services.store import keyset
from services.store.keyset import Place
from services.store.tables import attempt, decision, delivery, image

_SHORT = (
    decision.c.id,
    decision.c.image_id,
    decision.c.camera_id,
    decision.c.outcome,
    decision.c.reasons,
    decision.c.decided_at,
)


def older(
    connection: Connection, camera_id: str | None, outcomes: Sequence[str], before: Place | None, limit: int
) -> list[Row[Any]]:
    """At most `limit` decisions, newest first, in short; no `outcomes` means every outcome."""
    if not outcomes:
        return _part(connection, camera_id, None, before, limit)
    parts = [row for outcome in outcomes for row in _part(connection, camera_id, outcome, before, limit)]
    return sorted(parts, key=lambda row: (row.decided_at, row.id), reverse=True)[:limit]


def _part(
    connection: Connection, camera_id: str | None, outcome: str | None, before: Place | None, limit: int
) -> list[Row[Any]]:
    query = select(*_SHORT).order_by(decision.c.decided_at.desc(), decision.c.id.desc()).limit(limit)
    if outcome is not None:
        query = query.where(decision.c.outcome == outcome)
    if camera_id is not None:
        query = query.where(decision.c.camera_id == camera_id)
    if before is not None:
        query = query.where(keyset.before(decision.c.decided_at, decision.c.id, before))
    return list(connection.execute(query))


def whole(connection: Connection, decision_ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Several decisions with everything about them and `captured_at`, `width`, `height` of their pictures."""
    if not decision_ids:
        return {}
    query = (
        select(decision, image.c.captured_at, image.c.width, image.c.height)
        .join(image, image.c.id == decision.c.image_id)
        .where(decision.c.id.in_(decision_ids))
    )
    return {row.id: row for row in connection.execute(query)}


def of_image(connection: Connection, image_id: str) -> list[Row[Any]]:
    """The decisions about one picture, oldest first."""
    query = select(decision).where(decision.c.image_id == image_id).order_by(decision.c.decided_at, decision.c.id)
    return list(connection.execute(query))


def deliveries(connection: Connection, decision_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The deliveries of several decisions, by the decision's id."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if decision_ids:
        query = (
            select(delivery)
            .where(delivery.c.decision_id.in_(decision_ids))
            .order_by(delivery.c.created_at, delivery.c.id)
        )
        for row in connection.execute(query):
            found[row.decision_id].append(row)
    return found


def attempts(connection: Connection, delivery_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The attempts of several deliveries in their order, by the delivery's id."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if delivery_ids:
        query = (
            select(attempt)
            .where(attempt.c.delivery_id.in_(delivery_ids))
            .order_by(attempt.c.delivery_id, attempt.c.number)
        )
        for row in connection.execute(query):
            found[row.delivery_id].append(row)
    return found
