"""Addresses that somebody tries before saving them: tried by the service snapshot, and gone some minutes later."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.store.recording_tables import access_try

KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class AccessTry:
    """One row of `access_try`; what is not shown is for no log or page. `state` None: not known yet.

    `by_onvif`: the camera is asked where its pictures are; `found` then holds the three addresses of an `Access`.
    `discovers`: the house is asked which cameras there are; `hosts` then holds `{host, name}` of each.
    """

    id: str
    user_id: str
    url: str = field(repr=False)
    account: str | None = field(repr=False)
    password: str | None = field(repr=False)
    asked_at: datetime
    claimed_at: datetime | None = None
    state: str | None = None
    detail: str = ""
    picture: bytes | None = field(default=None, repr=False)
    by_onvif: bool = False
    found: dict[str, str | None] | None = field(default=None, repr=False)
    discovers: bool = False
    hosts: list[dict[str, str]] | None = None


def begin(connection: Connection, made: AccessTry) -> None:
    """Writes it down. Raises `IntegrityError` for an address that is none."""
    connection.execute(insert(access_try).values(**vars(made)))


def find(connection: Connection, try_id: str, user_id: str) -> AccessTry | None:
    """One of this user's own, or None."""
    ours = (access_try.c.id == try_id) & (access_try.c.user_id == user_id)
    row = connection.execute(select(access_try).where(ours)).one_or_none()
    return _access_try(row) if row else None


def claim(connection: Connection, now: datetime) -> AccessTry | None:
    """The one that has waited longest, now ours; None when nobody waits. What is old goes."""
    connection.execute(delete(access_try).where(access_try.c.asked_at < now - KEPT))
    free = access_try.c.claimed_at.is_(None)
    row = connection.execute(select(access_try).where(free).order_by(access_try.c.asked_at).limit(1)).one_or_none()
    if row is None:
        return None
    taken = update(access_try).where(access_try.c.id == row.id, free).values(claimed_at=now)
    return _access_try(row) if connection.execute(taken).rowcount == 1 else None


@dataclass(frozen=True)
class Outcome:
    """How a try ended; see `AccessTry`."""

    state: str
    detail: str
    picture: bytes | None = field(default=None, repr=False)
    found: dict[str, str | None] | None = field(default=None, repr=False)
    hosts: list[dict[str, str]] | None = None


def end(connection: Connection, try_id: str, how: Outcome) -> None:
    """Says how it ended."""
    connection.execute(update(access_try).where(access_try.c.id == try_id).values(**vars(how)))


def _access_try(row: Row[Any]) -> AccessTry:
    return AccessTry(**row._mapping)
