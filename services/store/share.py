"""Links that show one thing to whoever has them, until they expire or are ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from services.store.account_tables import user
from services.store.recording_tables import share

Thing = Literal["clip", "segment", "image"]


@dataclass(frozen=True)
class Share:
    """One link; times are aware UTC."""

    id: str
    kind: Thing
    thing_id: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    opened: int = 0
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """A link with the name of who made it."""

    share: Share
    user_name: str


_COLUMNS = tuple(share.c[name] for name in Share.__dataclass_fields__)


def add(connection: Connection, made: Share) -> None:
    """Writes a new link."""
    connection.execute(insert(share).values(made.__dict__))


def find(connection: Connection, share_id: str) -> Share | None:
    """One link, expired or not; None for one that was ended, or never was."""
    row = connection.execute(select(*_COLUMNS).where(share.c.id == share_id)).one_or_none()
    return Share(**row._mapping) if row else None


def of_thing(connection: Connection, thing_id: str, now: datetime) -> list[Shown]:
    """The links to one thing that show it now, the newest first."""
    query = select(*_COLUMNS, user.c.name).join(user, user.c.id == share.c.user_id)
    query = query.where(share.c.thing_id == thing_id, share.c.expires_at > now)
    rows = connection.execute(query.order_by(share.c.created_at.desc(), share.c.id.desc()))
    return [Shown(Share(*values), name) for *values, name in rows]


def looked_at(connection: Connection, share_id: str, at: datetime) -> None:
    """Counts that its page was looked at."""
    connection.execute(update(share).where(share.c.id == share_id).values(opened=share.c.opened + 1, opened_at=at))


def end(connection: Connection, share_id: str) -> bool:
    """Ends a link for good; False when that was done before."""
    return connection.execute(delete(share).where(share.c.id == share_id)).rowcount == 1


def forget_expired(connection: Connection, now: datetime) -> int:
    """Deletes the rows of links that show nothing any more; how many."""
    return connection.execute(delete(share).where(share.c.expires_at <= now)).rowcount
