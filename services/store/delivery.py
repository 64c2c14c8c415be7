"""Deliveries: one decision on its way through one channel, claimed by one notifier at a time; each try is a row."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    update,
)

from services.core.ids import new_id
from services.store.alert_tables import attempt, decision, delivery
from services.store.channel import Channel
from services.store.engine import UtcMoment
from services.store.person_tables import channel as channels
from services.store.person_tables import telling


@dataclass(frozen=True)
class State:
    """How a delivery stands, and whom it tells; without a telling it is one of the settings' addresses."""

    state: str
    claimed_by: str | None
    tries: int
    created_at: datetime
    telling_id: str | None = None
    channel_id: str | None = None


@dataclass(frozen=True)
class Lost:
    """A delivery whose notifier ended while it sent."""

    id: str
    decision_id: str
    channel: str
    image_id: str | None
    event_id: str | None
    name: str | None
    claimed_by: str
    claim_expires_at: datetime


ERROR_MAX = 500
"""So many letters of what a channel said are kept."""


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
    """A delivery through each of the channels of the settings, due at once."""
    rows = [_new(decision_id, at, channel) for channel in channels]
    if rows:
        connection.execute(insert(delivery), rows)


def add_for(connection: Connection, decision_id: str, telling_id: str, through: Channel, at: datetime) -> None:
    """A delivery to a person through one of their channels, due at once."""
    row = _new(decision_id, at, through.way) | {"telling_id": telling_id, "channel_id": through.id}
    connection.execute(insert(delivery).values(**row))


def _new(decision_id: str, at: datetime, channel: str) -> dict[str, Any]:
    made: dict[str, Any] = {"id": new_id(), "decision_id": decision_id, "channel": channel}
    return made | {"state": "pending", "next_try_at": at, "tries": 0, "created_at": at}


@dataclass(frozen=True)
class Turn:
    """Who takes a delivery of which `kinds` of channels (None: of all), and not through those that are `resting`.

    One that is to wait for more than `longest` was put off by a clock that has been put back since: it is due. When a
    channel gets its next try, what has waited in it for longest goes first, unless it was tried within `lead`.
    """

    by: str
    until: datetime
    kinds: Sequence[str] | None = None
    resting: Iterable[str] = ()
    longest: timedelta = timedelta(days=1)
    lead: timedelta = timedelta(seconds=3)


def claim(connection: Connection, now: datetime, turn: Turn) -> str | None:
    """Takes the delivery whose turn it is; its id, or None."""
    its_time = or_(delivery.c.next_try_at <= now, delivery.c.next_try_at > now + turn.longest)
    due = [delivery.c.state == "pending", its_time, delivery.c.channel.not_in(sorted(turn.resting))]
    if turn.kinds is not None:
        due.append(func.substring_index(delivery.c.channel, ":", 1).in_(turn.kinds))
    columns = (delivery.c.id, delivery.c.channel, delivery.c.created_at)
    first = select(*columns).where(*due).order_by(delivery.c.next_try_at, delivery.c.id).limit(1)
    while (found := connection.execute(first).one_or_none()) is not None:
        chosen = _oldest(connection, found, now - turn.lead) or found.id
        if _take(connection, chosen, turn):
            return str(chosen)
    return None


def _oldest(connection: Connection, found: Row[*tuple[Any, ...]], before: datetime) -> str | None:
    """What has waited in the same channel for longer, so that messages keep their order."""
    just_tried = select(attempt.c.id).where(attempt.c.delivery_id == delivery.c.id, attempt.c.ended_at > before)
    earlier = tuple_(delivery.c.created_at, delivery.c.id) < tuple_(literal(found.created_at, UtcMoment), found.id)
    same = (delivery.c.state == "pending", delivery.c.channel == found.channel, earlier, not_(just_tried.exists()))
    query = select(delivery.c.id).where(*same).order_by(delivery.c.created_at, delivery.c.id).limit(1)
    return connection.scalar(query)


def _take(connection: Connection, delivery_id: str, turn: Turn) -> bool:
    """Only one notifier's update still finds it pending; the other one looks for the next."""
    pending = update(delivery).where(delivery.c.id == delivery_id, delivery.c.state == "pending")
    taken = {"state": "sending", "claimed_by": turn.by, "claim_expires_at": turn.until}
    return connection.execute(pending.values(**taken)).rowcount == 1


def lost(connection: Connection, now: datetime) -> list[Lost]:
    """Deliveries whose claim has expired: their notifier died while it sent."""
    return _sending(connection, delivery.c.claim_expires_at <= now)


def left(connection: Connection) -> list[Lost]:
    """Deliveries that any notifier has claimed; for the only one that works, before it begins."""
    return _sending(connection, true())


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
            decision.c.event_id,
            telling.c.name,
            delivery.c.claimed_by,
            delivery.c.claim_expires_at,
        )
        .join(decision, decision.c.id == delivery.c.decision_id)
        .outerjoin(telling, telling.c.id == delivery.c.telling_id)
        .where(delivery.c.state == "sending", condition)
    )
    return [Lost(**row._mapping) for row in connection.execute(query)]


def lock(connection: Connection, delivery_id: str) -> State | None:
    """How it stands, locked until the transaction ends; None when its image has been deleted."""
    columns = (delivery.c[name] for name in State.__dataclass_fields__)
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


def dropped(connection: Connection, delivery_id: str) -> None:
    """It is not needed any more: another channel of the same person accepted, or they are not to be told."""
    _leave(connection, delivery_id, state="dropped")


def _leave(connection: Connection, delivery_id: str, **changes: Any) -> None:
    values = changes | {"claimed_by": None, "claim_expires_at": None}
    connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values))


def under_way(connection: Connection, decision_id: str, telling_id: str | None = None) -> bool:
    """Whether any delivery of the decision, or of one telling of it, may still arrive."""
    open_ = [delivery.c.decision_id == decision_id, delivery.c.state.in_(("pending", "sending"))]
    if telling_id is not None:
        open_.append(delivery.c.telling_id == telling_id)
    return connection.scalar(select(delivery.c.id).where(*open_).limit(1)) is not None


def used(connection: Connection, telling_id: str) -> set[str]:
    """The names of the channels that a telling has had a delivery through."""
    return set(connection.scalars(select(delivery.c.channel).where(delivery.c.telling_id == telling_id)))


def slow(connection: Connection, before: datetime) -> list[tuple[str, str]]:
    """(decision, telling) of which the newest delivery was made before then and nothing has arrived.

    Without those of whose person every channel that is switched on has been tried.
    """
    tried = delivery.alias()
    through = exists().where(tried.c.telling_id == telling.c.id, tried.c.channel_id == channels.c.id)
    another = exists().where(channels.c.person_id == telling.c.person_id, channels.c.enabled, not_(through))
    query = (
        select(telling.c.decision_id, telling.c.id)
        .join(delivery, delivery.c.telling_id == telling.c.id)
        .where(telling.c.outcome == "telling", another)
        .group_by(telling.c.decision_id, telling.c.id)
        .having(func.max(delivery.c.created_at) <= before)
    )
    return [(row.decision_id, row.id) for row in connection.execute(query)]


def due(connection: Connection, now: datetime) -> int:
    """How many deliveries wait for a notifier or are being sent now."""
    waiting = and_(delivery.c.state == "pending", delivery.c.next_try_at <= now)
    query = select(func.count()).select_from(delivery).where(or_(waiting, delivery.c.state == "sending"))
    return int(connection.scalar(query) or 0)
