"""Entries: somebody came in by a way in of an armed house, which waits for a while to be disarmed (it is pending)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.store.rule_tables import entry


@dataclass(frozen=True)
class Entry:
    """One row of `entry`; times are aware UTC. `answered_by` and `answer`: who set which other mode in time."""

    id: str
    mode_id: str
    said: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None = None
    answered_by: str | None = None
    answer: str | None = None


def begin(connection: Connection, made: Entry) -> None:
    """Writes it. Whoever calls holds the modes' rows, and has seen that none lasts."""
    connection.execute(insert(entry).values(**asdict(made)))


def present(connection: Connection, now: datetime) -> Entry | None:
    """The one that lasts; None when the house waits for nobody."""
    lasting = select(entry).where(entry.c.ended_at.is_(None), entry.c.until > now).order_by(entry.c.id).limit(1)
    row = connection.execute(lasting).one_or_none()
    return _entry(row) if row else None


def answer(connection: Connection, by: str, mode_id: str, at: datetime) -> None:
    """Somebody sets the house to another mode than that in which it waits, if it does."""
    lasts = entry.c.ended_at.is_(None) & (entry.c.until > at) & (entry.c.mode_id != mode_id)
    connection.execute(update(entry).where(lasts).values(ended_at=at, answered_by=by, answer=mode_id))


def end_due(connection: Connection, now: datetime) -> None:
    """Ends what nobody has answered in time: from then on nobody can."""
    late = entry.c.ended_at.is_(None) & (entry.c.until <= now)
    connection.execute(update(entry).where(late).values(ended_at=now))


def find(connection: Connection, entry_id: str) -> Entry:
    """One that there is."""
    return _entry(connection.execute(select(entry).where(entry.c.id == entry_id)).one())


def _entry(row: Row[Any]) -> Entry:
    return Entry(**row._mapping)
