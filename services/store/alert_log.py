"""Decisions as people read them: who was told, who was not, and why; with each delivery and its attempts.

A decision is about an image, an event, or (summaries, tests of a channel) neither: what it has none of is None.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, func, select

from services.store import keyset
from services.store.alert_tables import attempt, decision, delivery
from services.store.decision import TEST
from services.store.keyset import Place
from services.store.person_tables import telling
from services.store.tables import event, image

NEWEST = 20
_SHORT = (
    decision.c.id,
    decision.c.image_id,
    decision.c.event_id,
    decision.c.camera_id,
    decision.c.rule,
    decision.c.outcome,
    decision.c.reasons,
    decision.c.decided_at,
)


@dataclass(frozen=True)
class Wanted:
    """Which decisions; None is any. With a person, `outcomes` are those of their tellings."""

    camera_id: str | None = None
    person_id: str | None = None
    outcomes: Sequence[str] = ()


def older(connection: Connection, wanted: Wanted, before: Place | None, limit: int) -> list[Row[Any]]:
    """At most `limit` decisions, newest first, in short; no `outcomes` means every outcome."""
    parts = [
        row
        for outcome in wanted.outcomes or (None,)
        for row in connection.execute(_part(wanted, outcome, before).limit(limit))
    ]
    return sorted(parts, key=lambda row: (row.decided_at, row.id), reverse=True)[:limit]


def _part(wanted: Wanted, outcome: str | None, before: Place | None) -> Select[Any]:
    """A telling is written with its decision, at the same time: the index of either gives the order."""
    query, of, at = select(*_SHORT), decision.c.outcome, decision.c.decided_at
    if wanted.person_id is not None:
        query = query.join(telling, telling.c.decision_id == decision.c.id)
        query = query.where(telling.c.person_id == wanted.person_id)
        of, at = telling.c.outcome, telling.c.decided_at
    if outcome is not None:
        query = query.where(of == outcome)
    if wanted.camera_id is not None:
        query = query.where(decision.c.camera_id == wanted.camera_id)
    if before is not None:
        query = query.where(keyset.before(at, decision.c.id, before))
    return query.order_by(at.desc(), decision.c.id.desc())


def whole(connection: Connection, decision_ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Several decisions with everything about them, `captured_at`, `width`, `height` of their pictures, and of their
    events `kind` and `detail`.
    """
    if not decision_ids:
        return {}
    query = (
        select(decision, image.c.captured_at, image.c.width, image.c.height, event.c.kind, event.c.detail)
        .outerjoin(image, image.c.id == decision.c.image_id)
        .outerjoin(event, event.c.id == decision.c.event_id)
        .where(decision.c.id.in_(decision_ids))
    )
    return {row.id: row for row in connection.execute(query)}


def of_image(connection: Connection, image_id: str) -> list[Row[Any]]:
    """The decisions about one picture, oldest first."""
    query = select(decision).where(decision.c.image_id == image_id).order_by(decision.c.decided_at, decision.c.id)
    return list(connection.execute(query))


def deliveries(connection: Connection, decision_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The deliveries of several decisions, by the decision's id."""
    return _of(connection, delivery.c.decision_id, decision_ids, (delivery.c.created_at, delivery.c.id))


def attempts(connection: Connection, delivery_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The attempts of several deliveries in their order, by the delivery's id."""
    return _of(connection, attempt.c.delivery_id, delivery_ids, (attempt.c.delivery_id, attempt.c.number))


def _of(
    connection: Connection, owner: Column[Any], owner_ids: Sequence[str], order: Sequence[Column[Any]]
) -> dict[str, list[Row[Any]]]:
    """Whole rows by the id of what they belong to; nobody is asked when there is none."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if owner_ids:
        query = select(owner.table).where(owner.in_(owner_ids)).order_by(*order)
        for row in connection.execute(query):
            found[row._mapping[owner]].append(row)
    return found


@dataclass(frozen=True)
class Last:
    """The newest attempt through a channel: when it ended (aware UTC), and what was wrong; None: it was accepted."""

    at: datetime
    error: str | None


def last_tries(connection: Connection, channel_ids: Iterable[str]) -> dict[str, Last]:
    """The newest attempt through each of these channels, alert or test, by the channel's id."""
    found = {channel_id: _last_try(connection, channel_id) for channel_id in channel_ids}
    return {channel_id: last for channel_id, last in found.items() if last is not None}


def _last_try(connection: Connection, channel_id: str) -> Last | None:
    """Of the newest deliveries only, by the index of their channel: one that is older has been tried for long."""
    through = select(delivery.c.id).where(delivery.c.channel_id == channel_id)
    newest = through.order_by(delivery.c.id.desc()).limit(NEWEST).subquery()
    tries = select(attempt.c.ended_at, attempt.c.error).join(newest, newest.c.id == attempt.c.delivery_id)
    row = connection.execute(tries.order_by(attempt.c.ended_at.desc()).limit(1)).one_or_none()
    return Last(row.ended_at, row.error) if row else None


def tried_now(connection: Connection, channel_ids: Iterable[str]) -> set[str]:
    """Which of these channels are being tested now."""
    query = (
        select(delivery.c.channel_id)
        .join(decision, decision.c.id == delivery.c.decision_id)
        .where(delivery.c.channel_id.in_(list(channel_ids)), delivery.c.state.in_(("pending", "sending")))
        .where(decision.c.rule.startswith(TEST))
    )
    return set(connection.scalars(query))


def kept_back(connection: Connection, person_id: str) -> int:
    """How many alerts wait for a person's next summary."""
    waiting = (telling.c.person_id == person_id, telling.c.outcome == "later")
    return int(connection.scalar(select(func.count()).select_from(telling).where(*waiting)) or 0)
