"""The next channel of a person when one does not take an alert, or not soon."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.notifier.words import kind_name
from services.store import channel, decision, delivery, telling

SLOW = timedelta(seconds=60)
PATIENT_TRIES = 2


def try_next(connection: Connection, decision_id: str, telling_id: str, at: datetime) -> bool:
    """Adds a delivery through the person's next channel, and says so among the reasons; False: there is none."""
    one = telling.find(connection, telling_id)
    if one is None or one.outcome != "telling" or one.person_id is None:
        return False
    used = delivery.used(connection, telling_id)
    unused = (way for way in channel.ways(connection, one.person_id) if way.way not in used)
    after = next(unused, None)
    if after is None:
        return False
    delivery.add_for(connection, decision_id, telling_id, after, at)
    tried = " and ".join(sorted({kind_name(way.partition(":")[0]) for way in used}))
    telling.explain(connection, one, f"{tried} did not take it: {kind_name(after.kind)} is tried")
    return True


def hasten(connection: Connection, now: datetime) -> int:
    """Goes on to the next channel where an alert has not arrived within a minute; how many that were."""
    added = 0
    for decision_id, telling_id in delivery.slow(connection, now - SLOW):
        rule = decision.lock(connection, decision_id)
        if rule is not None and not rule.startswith(decision.TEST):
            added += try_next(connection, decision_id, telling_id, now)
    return added
