"""Deliveries: one decision on its way through one channel, claimed by one notifier at a time; each try is a row."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from services.core.ids import new_id
from services.store.tables import attempt, camera, decision, delivery, image


@dataclass(frozen=True)
class Work:
    """A claimed delivery with all that its message needs; times aware UTC, `path` below the media folder."""

    id: str
    decision_id: str
    channel: str
    claim_expires_at: datetime
    image_id: str
    camera_id: str
    camera: str
    subject: str
    body: str
    path: str
    width: int | None
    height: int | None
    captured_at: datetime
    received_at: datetime


@dataclass(frozen=True)
class State:
    """How a delivery stands."""

    state: str
    claimed_by: str | None
    tries: int
    created_at: datetime


@dataclass(frozen=True)
class Lost:
    """A delivery whose notifier ended while it sent."""

    id: str
    decision_id: str
    channel: str
    image_id: str
    claimed_by: str
    claim_expires_at: datetime


@dataclass(frozen=True)
class Attempt:
    """One try; `outcome` is accepted, passing or permanent, and `error` is None only when accepted.

    Its `id` is made with it, so that it is written once also when a commit's answer was lost.
    """

    started_at: datetime
    ended_at: datetime
    outcome: str
    error: str | None
    id: str = field(default_factory=new_id, compare=False)


def add(connection: Connection, decision_id: str, channels: Iterable[str], at: datetime) -> None:
    """A delivery through each channel, due at once."""
    made: dict[str, Any] = {
        "decision_id": decision_id,
        "state": "pending",
        "next_try_at": at,
        "tries": 0,
        "created_at": at,
    }
    rows = [made | {"id": new_id(), "channel": channel} for channel in channels]
    connection.execute(insert(delivery), rows)


def claim(
    connection: Connection,
    now: datetime,
    by: str,
    until: datetime,
    resting: Iterable[str] = (),
    longest: timedelta = timedelta(days=1),
) -> str | None:
    """Takes the delivery that has been due for longest, but none through a resting channel; its id, or None.

    One that is to wait for more than `longest` was put off by a clock that has been put back since: it is due.
    """
    its_time = or_(delivery.c.next_try_at <= now, delivery.c.next_try_at > now + longest)
    due = and_(delivery.c.state == "pending", its_time, delivery.c.channel.not_in(sorted(resting)))
    oldest = select(delivery.c.id).where(due).order_by(delivery.c.next_try_at, delivery.c.id).limit(1)
    taken = {"state": "sending", "claimed_by": by, "claim_expires_at": until}
    while (found := connection.scalar(oldest)) is not None:
        # Only one notifier's update still finds it pending; the other one looks for the next.
        if connection.execute(update(delivery).where(delivery.c.id == found, due).values(**taken)).rowcount == 1:
            return str(found)
    return None


def work(connection: Connection, delivery_id: str) -> Work | None:
    """All about a claimed delivery, or None when its image has been deleted meanwhile."""
    query = (
        select(
            delivery.c.id,
            delivery.c.decision_id,
            delivery.c.channel,
            delivery.c.claim_expires_at,
            decision.c.image_id,
            decision.c.camera_id,
            camera.c.name.label("camera"),
            decision.c.subject,
            decision.c.body,
            image.c.path,
            image.c.width,
            image.c.height,
            image.c.captured_at,
            image.c.received_at,
        )
        .join(decision, decision.c.id == delivery.c.decision_id)
        .join(image, image.c.id == decision.c.image_id)
        .join(camera, camera.c.id == decision.c.camera_id)
        .where(delivery.c.id == delivery_id)
    )
    row = connection.execute(query).one_or_none()
    return Work(**row._mapping) if row else None


def lost(connection: Connection, now: datetime) -> list[Lost]:
    """Deliveries whose claim has expired: their notifier died while it sent."""
    return _sending(connection, delivery.c.claim_expires_at <= now)


def left_by(connection: Connection, by: str) -> list[Lost]:
    """Deliveries that an earlier run of the same notifier was sending when it ended."""
    return _sending(connection, delivery.c.claimed_by == by)


def _sending(connection: Connection, condition: ColumnElement[bool]) -> list[Lost]:
    query = (
        select(
            delivery.c.id,
            delivery.c.decision_id,
            delivery.c.channel,
            decision.c.image_id,
            delivery.c.claimed_by,
            delivery.c.claim_expires_at,
        )
        .join(decision, decision.c.id == delivery.c.decision_id)
        .where(delivery.c.state == "sending", condition)
    )
    return [Lost(**row._mapping) for row in connection.execute(query)]


def lock(connection: Connection, delivery_id: str) -> State | None:
    """How it stands, locked until the transaction ends; None when its image has been deleted."""
    columns = (delivery.c.state, delivery.c.claimed_by, delivery.c.tries, delivery.c.created_at)
    row = connection.execute(select(*columns).where(delivery.c.id == delivery_id).with_for_update()).one_or_none()
    return State(**row._mapping) if row else None


def record(connection: Connection, delivery_id: str, number: int, made: Attempt) -> None:
    """Writes one try down; `number` counts from 1."""
    connection.execute(insert(attempt).values(delivery_id=delivery_id, number=number, **asdict(made)))
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(tries=number))


def is_recorded(connection: Connection, made: Attempt) -> bool:
    """Whether this very try has been written down."""
    return connection.scalar(select(attempt.c.id).where(attempt.c.id == made.id)) is not None


def sent(connection: Connection, delivery_id: str, at: datetime) -> None:
    """The channel accepted it."""
    _leave(connection, delivery_id, state="sent", sent_at=at)


def again(connection: Connection, delivery_id: str, at: datetime) -> None:
    """It is tried again from then on."""
    _leave(connection, delivery_id, state="pending", next_try_at=at)


def failed(connection: Connection, delivery_id: str) -> None:
    """It will not be tried again."""
    _leave(connection, delivery_id, state="failed")


def _leave(connection: Connection, delivery_id: str, **changes: Any) -> None:
    values = changes | {"claimed_by": None, "claim_expires_at": None}
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))


def under_way(connection: Connection, decision_id: str) -> bool:
    """Whether any delivery of the decision may still arrive."""
    unsettled = delivery.c.state.in_(("pending", "sending"))
    query = select(delivery.c.id).where(delivery.c.decision_id == decision_id, unsettled).limit(1)
    return connection.scalar(query) is not None


def due(connection: Connection, now: datetime) -> int:
    """How many deliveries wait for a notifier or are being sent now."""
    waiting = and_(delivery.c.state == "pending", delivery.c.next_try_at <= now)
    query = select(func.count()).select_from(delivery).where(or_(waiting, delivery.c.state == "sending"))
    return int(connection.scalar(query) or 0)
