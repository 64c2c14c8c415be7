"""The next channel of a person when one does not take an alert, or not soon."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from services.core.happenings import PANIC
from services.notifier.words import kind_name
from services.store import channel, decision, delivery, person, telling

SLOW = timedelta(seconds=60)
PATIENT_TRIES = 2


def try_next(connection: Connection, telling_id: str, at: datetime) -> bool:
    """Adds a delivery through the person's next channel, and says so among the reasons.

    False: there is none.
    """
    one = telling.find(connection, telling_id)
    if one is None or one.outcome != "telling":
        return False
    used = delivery.used(connection, telling_id)
    unused = (way for way in channel.ways(connection, str(one.person_id)) if way.way not in used)
    after = next(unused, None)
    if after is None:
        return False
    delivery.add_for(connection, one.decision_id, telling_id, after, at)
    tried = " and ".join(sorted({kind_name(way.partition(":")[0]) for way in used}))
    telling.explain(connection, one, f"{tried} did not take it: {kind_name(after.kind)} is tried")
    return True


def _wants(connection: Connection, telling_id: str, rule: str, at: datetime) -> bool:
    """Whether its person is still there, switched on, and not muted but for a panic."""
    told = telling.find(connection, telling_id)
    one = person.find(connection, told.person_id) if told and told.person_id else None
    return one is not None and one.enabled and (rule == PANIC or not one.is_muted(at))


def hasten(engine: Engine, now: datetime) -> int:
    """Goes on to the next channel where an alert has not arrived within a minute; how many that were.

    One transaction each, so that no decision's row is held while others are looked at. Raises `Away`'s errors.
    """
    with engine.connect() as connection:
        slow = delivery.slow(connection, now - SLOW)
    return sum(_hasten(engine, decision_id, telling_id, now) for decision_id, telling_id in slow)


def _hasten(engine: Engine, decision_id: str, telling_id: str, now: datetime) -> bool:
    with engine.begin() as connection:
        rule = decision.lock(connection, decision_id)
        if rule is None or rule.startswith(decision.TEST):
            return False
        return _wants(connection, telling_id, rule, now) and try_next(connection, telling_id, now)
