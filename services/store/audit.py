"""What people changed. A row is written in the transaction of its change, and never touched again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.store import keyset
from services.store.account_tables import audit, user
from services.store.keyset import Place


@dataclass(frozen=True)
class Change:
    """Who did what to which noun; `before` is None for something new, `after` for something deleted."""

    action: str
    noun_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True)
class Noted:
    """A change as it was written down; `at` is aware UTC, `user_name` None a command on the machine, or a rule."""

    id: int
    at: datetime
    user_name: str | None
    action: str
    noun_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        """What was changed: `camera`."""
        return self.action.partition(".")[0]

    @property
    def place(self) -> Place:
        """Where the next page goes on."""
        return Place(self.at, str(self.id))


def write(connection: Connection, at: datetime, user_id: str | None, change: Change) -> None:
    """Adds the row; `user_id` None is a command on the machine itself, or a rule."""
    write_all(connection, at, user_id, [change])


def write_all(connection: Connection, at: datetime, user_id: str | None, changes: Sequence[Change]) -> None:
    """As `write`, for several changes at once."""
    rows = [
        {
            "at": at,
            "user_id": user_id,
            "action": change.action,
            "noun_id": change.noun_id,
            "before_json": None if change.before is None else dict(change.before),
            "after_json": None if change.after is None else dict(change.after),
        }
        for change in changes
    ]
    if rows:
        connection.execute(insert(audit), rows)


def of(connection: Connection, action: str, noun_id: str, limit: int) -> list[Row[Any]]:
    """The newest changes of one thing: `at`, `user_name`, `before_json`, `after_json`."""
    query = (
        select(audit.c.at, user.c.name.label("user_name"), audit.c.before_json, audit.c.after_json)
        .select_from(audit.outerjoin(user, user.c.id == audit.c.user_id))
        .where(audit.c.action == action, audit.c.noun_id == noun_id)
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def older(connection: Connection, kind: str | None, before: Place | None, limit: int) -> list[Noted]:
    """At most `limit` changes, newest first: of a kind (`camera`: all `camera.…`), or all.

    A page goes on from the place of (at, id). Raises `ValueError` for a place whose id is no number.
    """
    query = (
        select(audit, user.c.name.label("user_name"))
        .select_from(audit.outerjoin(user, user.c.id == audit.c.user_id))
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(audit.c.action.startswith(f"{kind}.", autoescape=True))
    if before is not None:
        query = query.where(keyset.before(audit.c.at, audit.c.id, Place(before.at, str(int(before.id)))))
    return [_noted(row) for row in connection.execute(query)]


def kinds(connection: Connection) -> list[str]:
    """What was ever changed, in the order of the alphabet: `camera`, `device`, …"""
    actions = connection.scalars(select(audit.c.action).distinct())
    return sorted({action.partition(".")[0] for action in actions})


def present_values(connection: Connection, action: str) -> dict[str, dict[str, Any]]:
    """What the changes of a kind lead to: for each noun, the newest value of each field that was ever changed."""
    values: dict[str, dict[str, Any]] = {}
    query = select(audit.c.noun_id, audit.c.after_json).where(audit.c.action == action).order_by(audit.c.at, audit.c.id)
    for noun_id, after in connection.execute(query):
        values.setdefault(noun_id, {}).update(after or {})
    return values


def _noted(row: Row[Any]) -> Noted:
    return Noted(row.id, row.at, row.user_name, row.action, row.noun_id, row.before_json, row.after_json)
