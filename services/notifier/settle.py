"""Writes down what came of a try, with all that follows from it, in the caller's one transaction.

The decision's row is locked first, so that two deliveries of one alert are settled one after the other.
"""

from sqlalchemy import Connection

from services.notifier.backoff import Step, step, step_when_lost
from services.store import cooldown, decision, delivery
from services.store.delivery import Attempt, Lost, State, Work


def settle(connection: Connection, work: Work, made: Attempt, by: str) -> Step | None:
    """After a try by notifier `by`. None when the image has been deleted meanwhile, and its delivery with it."""
    decision.lock(connection, work.decision_id)
    standing = delivery.lock(connection, work.id)
    if standing is None:
        return None
    if delivery.is_recorded(connection, made):
        # The commit had worked; it was its answer that got lost.
        return step(made.outcome, standing.tries, standing.created_at, made.ended_at)
    number = standing.tries + 1
    delivery.record(connection, work.id, number, made)
    then = step(made.outcome, number, standing.created_at, made.ended_at)
    # Only an acceptance counts from a notifier whose claim ran out: the other one may still be sending.
    if _mine(standing, by) or (then.outcome == "sent" and standing.state in ("pending", "sending")):
        _apply(connection, work.id, work.decision_id, then, made)
    return then


def take_back(connection: Connection, left: Lost, made: Attempt) -> Step | None:
    """After a try that its notifier could not write down. None when somebody has done so."""
    decision.lock(connection, left.decision_id)
    standing = delivery.lock(connection, left.id)
    if standing is None or not _mine(standing, left.claimed_by):
        return None
    number = standing.tries + 1
    delivery.record(connection, left.id, number, made)
    then = step_when_lost(number, standing.created_at, made.ended_at)
    _apply(connection, left.id, left.decision_id, then, made)
    return then


def _mine(standing: State, by: str) -> bool:
    return standing.state == "sending" and standing.claimed_by == by


def _apply(connection: Connection, delivery_id: str, decision_id: str, then: Step, made: Attempt) -> None:
    if then.outcome == "sent":
        delivery.sent(connection, delivery_id, made.ended_at)
        if decision.told(connection, decision_id, made.ended_at):
            cooldown.spend(connection, decision_id, made.ended_at)
    elif then.again_at is not None:
        delivery.again(connection, delivery_id, then.again_at)
    else:
        delivery.failed(connection, delivery_id)
        if not delivery.under_way(connection, decision_id) and decision.failed(connection, decision_id):
            cooldown.release(connection, decision_id)
