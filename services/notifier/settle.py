"""Writes down what came of a try, with all that follows from it, in the caller's one transaction.

The decision's row is locked first, so that two deliveries of one alert are settled one after the other.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from services.notifier.backoff import Step, step, step_when_lost
from services.notifier.fall_back import PATIENT_TRIES, try_next
from services.store import channel, cooldown, decision, delivery, telling
from services.store.delivery import Attempt, Lost, State
from services.store.errand import Errand


@dataclass(frozen=True)
class _Tried:
    """A delivery as it stood before its try, and how many tries it has had with that."""

    id: str
    decision_id: str
    rule: str
    before: State
    number: int


def settle(connection: Connection, errand: Errand, made: Attempt, by: str) -> Step | None:
    """After a try by notifier `by`. None when the image has been deleted meanwhile, and its delivery with it."""
    tried = _lock(connection, errand.id, errand.decision_id)
    if tried is None:
        return None
    before = tried.before
    if delivery.is_recorded(connection, made):
        # The commit had worked; it was its answer that got lost.
        return step(made.outcome, before.tries, before.created_at, made.ended_at)
    delivery.record(connection, errand.id, tried.number, made)
    then = _once(tried.rule, step(made.outcome, tried.number, before.created_at, made.ended_at))
    # Only an acceptance counts from a notifier whose claim ran out: the other one may still be sending.
    if _mine(before, by) or (then.outcome == "sent" and before.state in ("pending", "sending", "dropped")):
        _apply(connection, tried, then, made)
    return then


def let_go(connection: Connection, errand: Errand, by: str, why: str, now: datetime) -> None:
    """Without a try: its person, whom notifier `by` was to tell, is not to be told any more."""
    tried = _lock(connection, errand.id, errand.decision_id)
    if tried is None or not _mine(tried.before, by):
        return
    delivery.dropped(connection, tried.id)
    if tried.before.telling_id is not None:
        telling.let_go(connection, tried.before.telling_id, why)
    _over(connection, tried, now, why)


def take_back(connection: Connection, left: Lost, made: Attempt) -> Step | None:
    """After a try that its notifier could not write down. None when somebody has done so."""
    tried = _lock(connection, left.id, left.decision_id)
    if tried is None or not _mine(tried.before, left.claimed_by):
        return None
    delivery.record(connection, left.id, tried.number, made)
    then = _once(tried.rule, step_when_lost(tried.number, tried.before.created_at, made.ended_at))
    _apply(connection, tried, then, made)
    return then


def _lock(connection: Connection, delivery_id: str, decision_id: str) -> _Tried | None:
    rule = decision.lock(connection, decision_id)
    standing = delivery.lock(connection, delivery_id)
    if rule is None or standing is None:
        return None
    return _Tried(delivery_id, decision_id, rule, standing, standing.tries + 1)


def _once(rule: str, then: Step) -> Step:
    """A test says at once what is wrong; nobody waits for it to arrive tomorrow."""
    return Step("failed") if rule.startswith(decision.TEST) and then.outcome == "retry" else then


def _mine(standing: State, by: str) -> bool:
    return standing.state == "sending" and standing.claimed_by == by


def _apply(connection: Connection, tried: _Tried, then: Step, made: Attempt) -> None:
    if tried.rule.startswith(decision.TEST) and tried.before.channel_id is not None:
        channel.tried(connection, tried.before.channel_id, made.ended_at, made.error)
    if then.outcome == "sent":
        _sent(connection, tried, made)
    elif _not_needed(connection, tried):
        delivery.dropped(connection, tried.id)
    elif then.again_at is not None:
        delivery.again(connection, tried.id, then.again_at)
        if tried.before.telling_id is not None and tried.number >= PATIENT_TRIES:
            try_next(connection, tried.before.telling_id, made.ended_at)
    else:
        _failed(connection, tried, made)


def _sent(connection: Connection, tried: _Tried, made: Attempt) -> None:
    delivery.sent(connection, tried.id, made.ended_at)
    if tried.before.telling_id is not None:
        telling.told(connection, tried.before.telling_id, made.ended_at)
    if decision.told(connection, tried.decision_id, made.ended_at):
        cooldown.spend(connection, tried.decision_id, made.ended_at)


def _not_needed(connection: Connection, tried: _Tried) -> bool:
    """Whether another channel of the same person has accepted it meanwhile, or they are not to be told any more."""
    one = telling.find(connection, tried.before.telling_id) if tried.before.telling_id else None
    return one is not None and one.outcome in ("told", "not_told")


def _failed(connection: Connection, tried: _Tried, made: Attempt) -> None:
    delivery.failed(connection, tried.id)
    telling_id = tried.before.telling_id
    if telling_id is not None:
        is_test = tried.rule.startswith(decision.TEST)
        goes_on = not is_test and try_next(connection, telling_id, made.ended_at)
        if not goes_on and not delivery.under_way(connection, tried.decision_id, telling_id):
            telling.failed(connection, telling_id)
    _over(connection, tried, made.ended_at)


def _over(connection: Connection, tried: _Tried, now: datetime, why_not: str | None = None) -> None:
    """Ends the decision where nothing of it is under way any more; `why_not`: the last one was let go, not refused."""
    if delivery.under_way(connection, tried.decision_id) or not _ended(connection, tried.decision_id, why_not):
        return
    if telling.any_kept(connection, tried.decision_id):
        cooldown.spend(connection, tried.decision_id, now)
    else:
        cooldown.release(connection, tried.decision_id)


def _ended(connection: Connection, decision_id: str, why_not: str | None) -> bool:
    if why_not is None or telling.any_failed(connection, decision_id):
        return decision.failed(connection, decision_id)
    return decision.not_told(connection, decision_id, why_not)
