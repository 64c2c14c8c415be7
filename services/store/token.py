"""Tokens: what programs show at the API in place of a person's session. Only their hashes are kept."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from services.store import user as users
from services.store.account_tables import token
from services.store.user import User

A_WHILE = timedelta(minutes=1)


@dataclass(frozen=True)
class Token:
    """One row of `token`; times are aware UTC."""

    id: str
    user_id: str
    name: str
    token_sha256: str
    created_at: datetime
    used_at: datetime | None = None


def add(connection: Connection, made: Token) -> None:
    """Writes a new one."""
    connection.execute(insert(token).values(**asdict(made)))


def of_user(connection: Connection, user_id: str) -> list[Token]:
    """A person's tokens, newest first."""
    query = select(token).where(token.c.user_id == user_id).order_by(token.c.created_at.desc(), token.c.id.desc())
    return [Token(**row._mapping) for row in connection.execute(query)]


def owner(connection: Connection, token_sha256: str) -> User | None:
    """Whose rights the token of this hash gives; None when there is none, or no longer."""
    user_id = connection.scalar(select(token.c.user_id).where(token.c.token_sha256 == token_sha256))
    return users.find(connection, user_id) if user_id else None


def used(connection: Connection, token_sha256: str, at: datetime) -> None:
    """Notes that it was used; once a minute is enough."""
    before = or_(token.c.used_at.is_(None), token.c.used_at < at - A_WHILE)
    connection.execute(update(token).where(token.c.token_sha256 == token_sha256, before).values(used_at=at))


def remove(connection: Connection, user_id: str, token_id: str) -> Token | None:
    """Deletes one of a person's own; None when they have none of that id."""
    own = (token.c.id == token_id, token.c.user_id == user_id)
    row = connection.execute(select(token).where(*own).with_for_update()).one_or_none()
    connection.execute(delete(token).where(*own))
    return Token(**row._mapping) if row else None
