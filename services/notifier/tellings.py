"""Asks the database what a decision means for each person, and writes that down, in the decision's transaction."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from services.core.alert_messages import AlertRequest, PersonVerdict
from services.core.happenings import PANIC
from services.core.ids import new_id
from services.notifier.plan import HOUR, Candidate, Plan, not_asked, plan
from services.store import channel, delivery, person, telling
from services.store.telling import Telling


def plans(
    connection: Connection, request: AlertRequest, now: datetime, zone: tzinfo | None, chatter: str | None = None
) -> list[Plan]:
    """What becomes of everybody whom the flow asked about, or of all who are told anything when it asked nobody.

    `chatter`: why it is too much of its input.
    """
    verdicts = request.people if request.people is not None else _everybody(connection, now, zone)
    limited = request.rule != PANIC
    return [plan(one, now, limited, chatter) for one in _candidates(connection, verdicts, now)]


def refused(connection: Connection, request: AlertRequest, reasons: Sequence[str]) -> list[Plan]:
    """The same when nobody is told: who wanted it is told why not."""
    known = {one.id for one in person.all_people(connection)} if request.people else set()
    return [
        Plan(
            one.person_id if one.person_id in known else None,
            one.name,
            "not_told",
            tuple(reasons if one.tell else one.reasons),
        )
        for one in request.people or ()
    ]


def write(connection: Connection, decision_id: str, made: Sequence[Plan], now: datetime) -> None:
    """A telling for each person, and a delivery for whom is told now."""
    rows = [
        Telling(new_id(), decision_id, one.person_id, one.name, one.outcome, list(one.reasons), one.due_at, now)
        for one in made
    ]
    telling.add(connection, rows)
    for row, one in zip(rows, made, strict=True):
        if one.through is not None:
            delivery.add_for(connection, decision_id, row.id, one.through, now)


def _everybody(connection: Connection, now: datetime, zone: tzinfo | None) -> list[PersonVerdict]:
    return [not_asked(one, now, zone) for one in person.all_people(connection) if one.enabled]


def _candidates(connection: Connection, verdicts: Sequence[PersonVerdict], now: datetime) -> list[Candidate]:
    """Their rows are locked: two alerts at once count as two of those that they want in an hour.

    In the order of their ids, so that two deciders wait for each other instead of locking each other out.
    """
    ordered = sorted(verdicts, key=lambda one: one.person_id)
    found = {one.person_id: person.lock(connection, one.person_id) for one in ordered}
    wanting = [one.person_id for one in ordered if one.tell and found[one.person_id]]
    ways = channel.all_ways(connection, wanting)
    told = telling.told_since(connection, wanting, now - HOUR)
    due = telling.next_summaries(connection, wanting)
    return [
        Candidate(
            one, found[one.person_id], ways.get(one.person_id, ()), told.get(one.person_id, ()), due.get(one.person_id)
        )
        for one in ordered
    ]
