"""What the doctor asks about decisions, tellings and deliveries: by ranges of images' ids, or of those without one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, literal, not_, or_, select, update

from services.store.alert_tables import attempt, cooldown, decision, delivery
from services.store.doctor import Imageless, Span
from services.store.person_tables import telling
from services.store.tables import event

OPEN = ("pending", "sending")
EVERY = (*OPEN, "sent", "failed", "dropped")


def reasons_missing(connection: Connection, span: Span | Imageless) -> list[str]:
    """Decisions that do not say why."""
    blank = or_(func.json_length(decision.c.reasons) == 0, func.json_contains(decision.c.reasons, literal('""')))
    return _decisions(connection, span, blank)


def told_without_delivery(connection: Connection, span: Span | Imageless) -> list[str]:
    """Decisions that count as told although no channel accepted."""
    return _decisions(connection, span, and_(decision.c.outcome == "told", not_(_has("sent"))))


def not_told_but_delivered(connection: Connection, span: Span | Imageless) -> list[str]:
    """Decisions by which nobody was told, with a delivery all the same."""
    let_go = and_(decision.c.outcome == "not_told", _has("dropped"), not_(_has(*OPEN, "sent")))
    nobody = decision.c.outcome.in_(("not_told", "no_channel"))
    return _decisions(connection, span, and_(nobody, _has(*EVERY), not_(let_go)))


def ended_wrongly(connection: Connection, span: Span | Imageless) -> list[str]:
    """Decisions under way with no delivery under way, and failed ones with a delivery that did not fail."""
    stuck = and_(decision.c.outcome == "telling", not_(_has(*OPEN)))
    failed = and_(decision.c.outcome == "failed", or_(_has("pending", "sending", "sent"), not_(_has("failed"))))
    return _decisions(connection, span, or_(stuck, failed))


def tries_askew(connection: Connection, span: Span | Imageless) -> list[str]:
    """Deliveries whose number of tries is not that of their attempts, or whose attempts are not numbered on."""
    tried = select(func.count()).where(attempt.c.delivery_id == delivery.c.id).scalar_subquery()
    last = select(func.coalesce(func.max(attempt.c.number), 0)).where(attempt.c.delivery_id == delivery.c.id)
    return _deliveries(connection, span, or_(delivery.c.tries != tried, tried != last.scalar_subquery()))


def accepted_askew(connection: Connection, span: Span | Imageless) -> list[str]:
    """Deliveries that were sent without a channel's acceptance, accepted without being sent, or accepted twice."""
    accepted: Any = (
        select(func.count())
        .where(attempt.c.delivery_id == delivery.c.id, attempt.c.outcome == "accepted")
        .scalar_subquery()
    )
    sent = delivery.c.state == "sent"
    return _deliveries(connection, span, or_(and_(sent, accepted != 1), and_(not_(sent), accepted > 0)))


def tellings_askew(connection: Connection, span: Span | Imageless) -> list[str]:
    """Tellings that do not say why, or that ended in another way than their deliveries."""
    accepted, open_ = _telling_has("sent"), _telling_has(*OPEN)
    outcome = telling.c.outcome
    let_go = and_(outcome == "not_told", _telling_has("dropped"), not_(accepted), not_(open_))
    askew = or_(
        func.json_contains(telling.c.reasons, literal('""')),
        and_(outcome == "told", not_(accepted)),
        and_(outcome == "telling", not_(open_)),
        and_(outcome == "failed", or_(accepted, open_)),
        and_(outcome.in_(("later", "in_summary", "not_told", "no_channel")), _telling_has(*EVERY), not_(let_go)),
    )
    query = (
        select(telling.c.id)
        .join(decision, decision.c.id == telling.c.decision_id)
        .where(span.holds(decision.c.image_id), askew)
        .order_by(telling.c.id)
    )
    return list(connection.scalars(query))


def events_unjudged(connection: Connection, before: datetime) -> list[str]:
    """Events that have waited since before then for somebody to say whom to tell."""
    waiting = select(event.c.id).where(event.c.unjudged_since < before).order_by(event.c.id)
    return list(connection.scalars(waiting))


def summaries_overdue(connection: Connection, before: datetime) -> list[str]:
    """Tellings whose summary should have been made before then."""
    late = select(telling.c.id).where(telling.c.outcome == "later", telling.c.due_at < before).order_by(telling.c.id)
    return list(connection.scalars(late))


def under_way(connection: Connection, span: Span | Imageless) -> list[str]:
    """Decisions under way."""
    return _decisions(connection, span, decision.c.outcome == "telling")


def cooldowns_stuck(connection: Connection) -> list[str]:
    """`camera label` of pauses that wait for a decision which has ended: no alert could come any more."""
    over = decision.c.outcome != "telling"
    query = select(cooldown.c.camera_id, cooldown.c.label).join(decision, decision.c.id == cooldown.c.decision_id)
    return [f"{row.camera_id} {row.label}" for row in connection.execute(query.where(over).order_by(*cooldown.c))]


def release_cooldowns(connection: Connection) -> int:
    """Lets go of decisions that have ended; how many there were."""
    ended = select(decision.c.id).where(decision.c.outcome != "telling")
    held = update(cooldown).where(cooldown.c.decision_id.in_(ended))
    return connection.execute(held.values(decision_id=None)).rowcount


def _has(*states: str) -> Any:
    return exists().where(delivery.c.decision_id == decision.c.id, delivery.c.state.in_(states))


def _telling_has(*states: str) -> Any:
    return exists().where(delivery.c.telling_id == telling.c.id, delivery.c.state.in_(states))


def _decisions(connection: Connection, span: Span | Imageless, condition: Any) -> list[str]:
    query = select(decision.c.id).where(span.holds(decision.c.image_id), condition).order_by(decision.c.id)
    return list(connection.scalars(query))


def _deliveries(connection: Connection, span: Span | Imageless, condition: Any) -> list[str]:
    query = (
        select(delivery.c.id)
        .join(decision, decision.c.id == delivery.c.decision_id)
        .where(span.holds(decision.c.image_id), condition)
        .order_by(delivery.c.id)
    )
    return list(connection.scalars(query))
