"""What decisions mean for each person: told, later, not; and the summaries that hold what was kept back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, not_, or_, select, update
from sqlalchemy.dialects.mysql import insert

from services.store.alert_tables import decision, delivery
from services.store.decision import SUMMARY, TEST
from services.store.device_tables import device
from services.store.person_tables import telling
from services.store.tables import camera, event, image, node


@dataclass(frozen=True)
class Telling:
    """One row of `telling`; `sql/` explains each column. Times are aware UTC, `reasons` is never empty."""

    id: str
    decision_id: str
    person_id: str | None
    name: str
    outcome: str
    reasons: list[str]
    due_at: datetime | None
    decided_at: datetime


@dataclass(frozen=True)
class Kept:
    """One alert that waits for a summary: what it is of, when (captured or happened, aware UTC).

    `place` is the name of its camera, device or node; None: the house itself.
    """

    telling_id: str
    image_id: str | None
    place: str | None
    subject: str | None
    labels: list[str]
    at: datetime
    decided_at: datetime
    reasons: list[str]


def add(connection: Connection, made: Sequence[Telling]) -> None:
    """Writes the tellings of a decision; one person has one."""
    if made:
        connection.execute(insert(telling), [asdict(one) for one in made])


def of(connection: Connection, decision_ids: Iterable[str]) -> dict[str, list[Row[Any]]]:
    """The tellings of several decisions by name, by the decision's id: whole rows of `telling`.

    `summary_outcome` is what came of the summary that holds it, None where none does.
    """
    summary = telling.alias()
    query = (
        select(telling, summary.c.outcome.label("summary_outcome"))
        .outerjoin(summary, summary.c.decision_id == telling.c.summary_id)
        .where(telling.c.decision_id.in_(list(decision_ids)))
        .order_by(telling.c.name)
    )
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.decision_id].append(row)
    return found


def told_since(connection: Connection, person_ids: Iterable[str], since: datetime) -> dict[str, list[datetime]]:
    """When people were told of late, or are being told, by their ids, oldest first; without summaries and tests."""
    rule = decision.c.rule
    query = (
        select(telling.c.person_id, telling.c.decided_at)
        .join(decision, decision.c.id == telling.c.decision_id)
        .where(telling.c.person_id.in_(list(person_ids)), telling.c.decided_at > since)
        .where(telling.c.outcome.in_(("telling", "told")))
        .where(not_(or_(rule.startswith(SUMMARY), rule.startswith(TEST))))
        .order_by(telling.c.decided_at)
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.person_id].append(row.decided_at)
    return found


def next_summaries(connection: Connection, person_ids: Iterable[str]) -> dict[str, datetime]:
    """When the next summaries of people are due, by their ids; without those for whom nothing waits."""
    waiting = (telling.c.person_id.in_(list(person_ids)), telling.c.outcome == "later")
    query = select(telling.c.person_id, func.min(telling.c.due_at).label("due_at")).where(*waiting)
    return {row.person_id: row.due_at for row in connection.execute(query.group_by(telling.c.person_id))}


def told(connection: Connection, telling_id: str, at: datetime) -> None:
    """A channel of theirs accepted it; the other deliveries of it are not needed any more."""
    under_way = update(telling).where(telling.c.id == telling_id, telling.c.outcome.in_(("telling", "failed")))
    connection.execute(under_way.values(outcome="told", told_at=at))
    waiting = update(delivery).where(delivery.c.telling_id == telling_id, delivery.c.state == "pending")
    connection.execute(waiting.values(state="dropped"))


def failed(connection: Connection, telling_id: str) -> None:
    """Every channel of theirs refused for good."""
    under_way = update(telling).where(telling.c.id == telling_id, telling.c.outcome == "telling")
    connection.execute(under_way.values(outcome="failed"))


def let_go(connection: Connection, telling_id: str, why: str) -> None:
    """They are not to be told any more: what waits in their channels is dropped. What is being sent is waited for."""
    ours = (delivery.c.telling_id == telling_id, delivery.c.state == "pending")
    connection.execute(update(delivery).where(*ours).values(state="dropped"))
    sending = exists().where(delivery.c.telling_id == telling_id, delivery.c.state == "sending")
    under_way = update(telling).where(telling.c.id == telling_id, telling.c.outcome == "telling", not_(sending))
    reasons = func.json_array_append(telling.c.reasons, "$", why)
    connection.execute(under_way.values(outcome="not_told", reasons=reasons))


def any_failed(connection: Connection, decision_id: str) -> bool:
    """Whether somebody's channels all refused, or an address of the settings did."""
    people = exists().where(telling.c.decision_id == decision_id, telling.c.outcome == "failed")
    refused = (delivery.c.decision_id == decision_id, delivery.c.telling_id.is_(None), delivery.c.state == "failed")
    return bool(connection.scalar(select(or_(people, exists().where(*refused)))))


def any_kept(connection: Connection, decision_id: str) -> bool:
    """Whether somebody gets the alert in a summary."""
    query = select(telling.c.id).where(
        telling.c.decision_id == decision_id, telling.c.outcome.in_(("later", "in_summary"))
    )
    return connection.scalar(query.limit(1)) is not None


def find(connection: Connection, telling_id: str) -> Telling | None:
    """One telling, held until the transaction ends; or None."""
    names = Telling.__dataclass_fields__
    query = select(*(telling.c[name] for name in names)).where(telling.c.id == telling_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return Telling(**row._mapping) if row else None


def explain(connection: Connection, one: Telling, reason: str) -> None:
    """One more reason, for who looks it up."""
    connection.execute(update(telling).where(telling.c.id == one.id).values(reasons=[*one.reasons, reason]))


def due(connection: Connection, now: datetime) -> list[str | None]:
    """The ids of those whose summary is due; None stands for people who were removed."""
    query = select(telling.c.person_id).where(telling.c.outcome == "later", telling.c.due_at <= now).distinct()
    return list(connection.scalars(query))


def kept(connection: Connection, person_id: str | None, now: datetime) -> list[Kept]:
    """What waits for the summary of a person (or of those who were removed) that is due, held; the newest last."""
    whose = telling.c.person_id.is_(None) if person_id is None else telling.c.person_id == person_id
    ripe = (whose, telling.c.outcome == "later", telling.c.due_at <= now)
    held = connection.scalars(select(telling.c.id).where(*ripe).with_for_update()).all()
    query = (
        select(
            telling.c.id.label("telling_id"),
            telling.c.reasons,
            decision.c.image_id,
            decision.c.subject,
            decision.c.labels,
            decision.c.decided_at,
            func.coalesce(camera.c.name, device.c.name, device.c.called, node.c.name).label("place"),
            func.coalesce(image.c.captured_at, event.c.happened_at, decision.c.decided_at).label("at"),
        )
        .join(decision, decision.c.id == telling.c.decision_id)
        .outerjoin(image, image.c.id == decision.c.image_id)
        .outerjoin(event, event.c.id == decision.c.event_id)
        .outerjoin(camera, camera.c.id == decision.c.camera_id)
        .outerjoin(device, device.c.id == event.c.device_id)
        .outerjoin(node, node.c.id == event.c.node_id)
        .where(telling.c.id.in_(held))
        .order_by(decision.c.decided_at, decision.c.id)
    )
    return [_kept(row) for row in connection.execute(query)]


def summarised(connection: Connection, telling_ids: Sequence[str], summary_id: str) -> None:
    """A summary holds them."""
    _end(connection, telling_ids, outcome="in_summary", summary_id=summary_id)


def put_off(connection: Connection, telling_ids: Sequence[str], due_at: datetime) -> None:
    """They wait for longer."""
    connection.execute(update(telling).where(telling.c.id.in_(telling_ids)).values(due_at=due_at))


def given_up(connection: Connection, telling_ids: Sequence[str], reason: str) -> None:
    """Nobody is told of them after all."""
    _end(connection, telling_ids, outcome="not_told", reasons=[reason])


def _end(connection: Connection, telling_ids: Sequence[str], **values: Any) -> None:
    connection.execute(update(telling).where(telling.c.id.in_(telling_ids)).values(due_at=None, **values))


def _kept(row: Row[*tuple[Any, ...]]) -> Kept:
    values = dict(row._mapping)
    return Kept(**values | {"labels": [one["label"] for one in row.labels]})
