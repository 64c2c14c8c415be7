"""Decisions: whether somebody is told of an image or an event, why or why not, and how it ended."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from services.store import event, plate_read, sighting
from services.store.alert_tables import decision
from services.store.tables import image

PLATES = "plates"
"""The rule that says whether to tell of the plates that an image settled."""

DEPARTURE = "departure-"
"""Begins the rule that says whether to tell of one departure; the id of its sighting follows."""

SUMMARY = "summary-"
"""Begins the rule of a message that holds what was kept back; it settles nothing."""

TEST = "test-"
"""Begins the rule of a message that only tests a channel."""


@dataclass(frozen=True)
class Decision:
    """A decision in short; `outcome` is telling, told, not_told, no_channel or failed."""

    id: str
    image_id: str | None
    camera_id: str | None
    outcome: str
    reasons: list[str]
    event_id: str | None = None


@dataclass(frozen=True)
class NewDecision:
    """One row of `decision`; `labels` are {label, score}, `reasons` never empty, times aware UTC."""

    id: str
    image_id: str | None
    camera_id: str | None
    rule: str
    outcome: str
    labels: list[dict[str, Any]]
    reasons: list[str]
    subject: str | None
    body: str | None
    asked_at: datetime
    decided_at: datetime
    event_id: str | None = None


def find(connection: Connection, image_id: str | None, event_id: str | None, rule: str) -> Decision | None:
    """What a rule led to for an image or an event, or None when it is not decided yet."""
    names = ("id", "image_id", "camera_id", "outcome", "reasons", "event_id")
    about = decision.c.event_id == event_id if event_id else decision.c.image_id == image_id
    query = select(*(decision.c[name] for name in names)).where(about, decision.c.rule == rule)
    row = connection.execute(query).one_or_none()
    return Decision(**row._mapping) if row else None


def add(connection: Connection, made: NewDecision) -> None:
    """Writes the decision, and that what it is about is settled."""
    connection.execute(insert(decision).values(**asdict(made)))
    settle(connection, made.image_id, made.event_id, made.rule, made.decided_at)


def settle(connection: Connection, image_id: str | None, event_id: str | None, rule: str, at: datetime) -> None:
    """By its rule, the image is judged, or the plates that it settled, or the departure of a sighting; or the event."""
    if event_id is not None:
        event.judged(connection, event_id)
    elif rule.startswith(DEPARTURE):
        sighting.judge_departure(connection, rule.removeprefix(DEPARTURE), at)
    elif image_id is not None and rule == PLATES:
        plate_read.judged(connection, image_id, at)
    elif image_id is not None and not rule.startswith(SUMMARY):
        unjudged = update(image).where(image.c.id == image_id, image.c.judged_at.is_(None))
        connection.execute(unjudged.values(judged_at=at))


def made_at(connection: Connection, decision_ids: Sequence[str]) -> dict[str, datetime]:
    """When several decisions were made, by their ids."""
    if not decision_ids:
        return {}
    query = select(decision.c.id, decision.c.decided_at).where(decision.c.id.in_(decision_ids))
    return {row.id: row.decided_at for row in connection.execute(query)}


def lock(connection: Connection, decision_id: str) -> str | None:
    """Lets nobody else settle deliveries of this decision until the transaction ends. Its rule; None: it is gone."""
    return connection.scalar(select(decision.c.rule).where(decision.c.id == decision_id).with_for_update())


def told(connection: Connection, decision_id: str, at: datetime) -> bool:
    """A channel accepted the alert. False when another one had before."""
    changes = {"outcome": "told", "told_at": at}
    return _end(connection, decision_id, changes)


def failed(connection: Connection, decision_id: str) -> bool:
    """Every channel refused for good. False when one had accepted."""
    return _end(connection, decision_id, {"outcome": "failed"})


def not_told(connection: Connection, decision_id: str, why: str) -> bool:
    """Whoever was to be told is not any more: `why` goes before its reasons. False when it had ended before."""
    reasons = func.json_array_insert(decision.c.reasons, "$[0]", why)
    return _end(connection, decision_id, {"outcome": "not_told", "reasons": reasons})


def _end(connection: Connection, decision_id: str, changes: dict[str, Any]) -> bool:
    under_way = update(decision).where(decision.c.id == decision_id, decision.c.outcome == "telling")
    return connection.execute(under_way.values(**changes)).rowcount == 1


def telling(connection: Connection) -> int:
    """How many alerts are under way."""
    query = select(func.count()).select_from(decision).where(decision.c.outcome == "telling")
    return int(connection.scalar(query) or 0)
