"""What people changed. A row is written in the transaction of its change, and never touched again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.store.tables import audit, user


@dataclass(frozen=True)
class Change:
    """Who did what to which noun; `before` is None for something new, `after` for something deleted."""

    action: str
    noun_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


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


def present_values(connection: Connection, action: str) -> dict[str, dict[str, Any]]:
    """What the changes of a kind lead to: for each noun, the newest value of each field that was ever changed."""
    values: dict[str, dict[str, Any]] = {}
    query = select(audit.c.noun_id, audit.c.after_json).where(audit.c.action == action).order_by(audit.c.at, audit.c.id)
    for noun_id, after in connection.execute(query):
        values.setdefault(noun_id, {}).update(after or {})
    return values
