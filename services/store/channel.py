"""Ways to people, each person's in the order in which they are tried. An address is a secret: pages say `shown`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from services.store import config, person
from services.store.person_tables import channel


@dataclass(frozen=True)
class Channel:
    """One row of `channel`; `address` is never in a message, log or page; times aware UTC."""

    id: str
    person_id: str
    place: int
    kind: str
    address: str = field(repr=False)
    shown: str
    enabled: bool
    tried_at: datetime | None
    tried_error: str | None
    created_at: datetime

    @property
    def way(self) -> str:
        """What its deliveries are under: the kind, and an id in place of the address."""
        return f"{self.kind}:{self.id}"

    def told(self) -> dict[str, Any]:
        """What the audit tells of it: never its address."""
        return {name: getattr(self, name) for name in ("person_id", "place", "kind", "shown", "enabled")}


def of(connection: Connection, person_id: str) -> list[Channel]:
    """A person's channels in their order."""
    return all_channels(connection, [person_id])[person_id]


def ways(connection: Connection, person_id: str) -> list[Channel]:
    """Those that are switched on, in their order; none of them is removed before the transaction ends."""
    return all_ways(connection, [person_id])[person_id]


def all_ways(connection: Connection, person_ids: Iterable[str]) -> dict[str, list[Channel]]:
    """The same of several people, by the person's id."""
    wanted = select(channel).where(channel.c.person_id.in_(list(person_ids)), channel.c.enabled)
    ordered = wanted.order_by(channel.c.person_id, channel.c.place, channel.c.id)
    return _by_person(connection.execute(ordered.with_for_update(read=True)))


def all_channels(connection: Connection, person_ids: Iterable[str] | None = None) -> dict[str, list[Channel]]:
    """The channels of several people, or of all, each in their order, by the person's id."""
    query = select(channel).order_by(channel.c.person_id, channel.c.place, channel.c.id)
    if person_ids is not None:
        query = query.where(channel.c.person_id.in_(list(person_ids)))
    return _by_person(connection.execute(query))


def find(connection: Connection, channel_id: str) -> Channel | None:
    """One channel, held until the transaction ends; or None."""
    row = connection.execute(select(channel).where(channel.c.id == channel_id).with_for_update()).one_or_none()
    return _channel(row) if row else None


def add(connection: Connection, made: Channel) -> Channel:
    """Writes a new one behind the person's others. Raises `IntegrityError` for a person that is not there."""
    last = connection.scalar(select(func.max(channel.c.place)).where(channel.c.person_id == made.person_id))
    placed = asdict(made) | {"place": 0 if last is None else last + 1}
    connection.execute(insert(channel).values(**placed))
    config.bump(connection, person.NOUN)
    return Channel(**placed)


def change(connection: Connection, made: Channel) -> None:
    """Makes its kind, address, `shown` and `enabled` what is given; what the last test said counts no more."""
    values = {name: getattr(made, name) for name in ("kind", "address", "shown", "enabled")}
    query = update(channel).where(channel.c.id == made.id)
    connection.execute(query.values(**values, tried_at=None, tried_error=None))
    config.bump(connection, person.NOUN)


def reorder(connection: Connection, person_id: str, channel_ids: Sequence[str]) -> None:
    """Puts a person's channels into this order; one that is not named comes behind, in the order of before."""
    known = [one.id for one in of(connection, person_id)]
    wanted = [one for one in dict.fromkeys(channel_ids) if one in known]
    for place, channel_id in enumerate([*wanted, *(one for one in known if one not in wanted)]):
        connection.execute(update(channel).where(channel.c.id == channel_id).values(place=place))
    config.bump(connection, person.NOUN)


def remove(connection: Connection, channel_id: str) -> None:
    """Deletes it; what is under way through it goes on through the person's next one."""
    connection.execute(delete(channel).where(channel.c.id == channel_id))
    config.bump(connection, person.NOUN)


def tried(connection: Connection, channel_id: str, at: datetime, error: str | None) -> None:
    """What a test of it said; None: it was accepted. Flows are not told."""
    connection.execute(update(channel).where(channel.c.id == channel_id).values(tried_at=at, tried_error=error))


def _by_person(rows: Iterable[Row[Any]]) -> dict[str, list[Channel]]:
    found: dict[str, list[Channel]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(_channel(row))
    return found


def _channel(row: Row[Any]) -> Channel:
    return Channel(**row._mapping)
