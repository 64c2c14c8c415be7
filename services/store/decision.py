"""Decisions: whether somebody is told of an image, why or why not, and how it ended."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from services.store import plate_read, sighting
from services.store.tables import camera, decision, image

PLATES = "plates"
"""The rule that says whether to tell of the plates that an image settled."""

DEPARTURE = "departure-"
"""Begins the rule that says whether to tell of one departure; the id of its sighting follows."""


@dataclass(frozen=True)
class Sighted:
    """What is decided about: an image, its camera's name, and when it was captured and received (aware UTC)."""

    image_id: str
    camera_id: str
    camera: str
    captured_at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Decision:
    """A decision in short; `outcome` is telling, told, not_told, no_channel or failed."""

    id: str
    image_id: str
    camera_id: str
    outcome: str
    reasons: list[str]


@dataclass(frozen=True)
class NewDecision:
    """One row of `decision`; `labels` are {label, score}, `reasons` never empty, times aware UTC."""

    id: str
    image_id: str
    camera_id: str
    rule: str
    outcome: str
    labels: list[dict[str, Any]]
    reasons: list[str]
    subject: str | None
    body: str | None
    asked_at: datetime
    decided_at: datetime


def lock_image(connection: Connection, image_id: str) -> Sighted | None:
    """The image to decide about, locked, so that one request that came twice is decided once; None if unknown."""
    columns = (image.c.id.label("image_id"), image.c.camera_id, image.c.captured_at, image.c.received_at)
    row = connection.execute(select(*columns).where(image.c.id == image_id).with_for_update()).one_or_none()
    if row is None:
        return None
    name = connection.scalar(select(camera.c.name).where(camera.c.id == row.camera_id))
    return Sighted(camera=str(name), **row._mapping)


def find(connection: Connection, image_id: str, rule: str) -> Decision | None:
    """What a rule led to for an image, or None when it is not decided yet."""
    columns = (decision.c.id, decision.c.image_id, decision.c.camera_id, decision.c.outcome, decision.c.reasons)
    query = select(*columns).where(decision.c.image_id == image_id, decision.c.rule == rule)
    row = connection.execute(query).one_or_none()
    return Decision(**row._mapping) if row else None


def add(connection: Connection, made: NewDecision) -> None:
    """Writes the decision, and that what it is about is settled."""
    connection.execute(insert(decision).values(**asdict(made)))
    settle(connection, made.image_id, made.rule, made.decided_at)


def settle(connection: Connection, image_id: str, rule: str, at: datetime) -> None:
    """By its rule, the image is judged, or the plates that it settled, or the departure of a sighting."""
    if rule.startswith(DEPARTURE):
        sighting.judge_departure(connection, rule.removeprefix(DEPARTURE), at)
    elif rule == PLATES:
        plate_read.judged(connection, image_id, at)
    else:
        unjudged = update(image).where(image.c.id == image_id, image.c.judged_at.is_(None))
        connection.execute(unjudged.values(judged_at=at))


def made_at(connection: Connection, decision_ids: Sequence[str]) -> dict[str, datetime]:
    """When several decisions were made, by their ids."""
    if not decision_ids:
        return {}
    query = select(decision.c.id, decision.c.decided_at).where(decision.c.id.in_(decision_ids))
    return {row.id: row.decided_at for row in connection.execute(query)}


def lock(connection: Connection, decision_id: str) -> None:
    """Lets nobody else settle deliveries of this decision until the transaction ends."""
    connection.execute(select(decision.c.id).where(decision.c.id == decision_id).with_for_update())


def told(connection: Connection, decision_id: str, at: datetime) -> bool:
    """A channel accepted the alert. False when another one had before."""
    changes = {"outcome": "told", "told_at": at}
    return _end(connection, decision_id, changes)


def failed(connection: Connection, decision_id: str) -> bool:
    """Every channel refused for good. False when one had accepted."""
    return _end(connection, decision_id, {"outcome": "failed"})


def _end(connection: Connection, decision_id: str, changes: dict[str, Any]) -> bool:
    under_way = update(decision).where(decision.c.id == decision_id, decision.c.outcome == "telling")
    return connection.execute(under_way.values(**changes)).rowcount == 1


def telling(connection: Connection) -> int:
    """How many alerts are under way."""
    query = select(func.count()).select_from(decision).where(decision.c.outcome == "telling")
    return int(connection.scalar(query) or 0)
