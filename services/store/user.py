"""People who may sign in to the gallery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from services.store.account_tables import user


@dataclass(frozen=True)
class User:
    """One row of `user`; `role` is owner or viewer, times are aware UTC."""

    id: str
    name: str
    password_hash: str
    role: str
    session_epoch: int
    created_at: datetime
    last_login_at: datetime | None


def _user(row: Row[Any] | None) -> User | None:
    return User(**row._mapping) if row else None


def find(connection: Connection, user_id: str) -> User | None:
    """One user, or None."""
    return _user(connection.execute(select(user).where(user.c.id == user_id)).one_or_none())


def find_by_name(connection: Connection, name: str) -> User | None:
    """The user who signs in with this name, whatever its case; or None."""
    return _user(connection.execute(select(user).where(user.c.name == name)).one_or_none())


def all_users(connection: Connection) -> list[User]:
    """Every user, by name."""
    return [User(**row._mapping) for row in connection.execute(select(user).order_by(user.c.name))]


def any_exists(connection: Connection) -> bool:
    """Whether somebody may sign in at all."""
    return connection.scalar(select(user.c.id).limit(1)) is not None


def create(connection: Connection, made: User) -> None:
    """Adds a user. Raises `IntegrityError` when the name is taken."""
    connection.execute(insert(user).values(**made.__dict__))


def signed_in(connection: Connection, user_id: str, at: datetime) -> None:
    """Notes when somebody last signed in."""
    connection.execute(update(user).where(user.c.id == user_id).values(last_login_at=at))


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """A new password; ends all sessions of the user."""
    changes = {"password_hash": password_hash, "session_epoch": user.c.session_epoch + 1}
    connection.execute(update(user).where(user.c.id == user_id).values(**changes))


def rehash(connection: Connection, user_id: str, password_hash: str) -> None:
    """The same password, hashed with today's parameters; sessions go on."""
    connection.execute(update(user).where(user.c.id == user_id).values(password_hash=password_hash))


def end_sessions(connection: Connection, user_id: str) -> None:
    """Every session of the user ends with its next request."""
    connection.execute(update(user).where(user.c.id == user_id).values(session_epoch=user.c.session_epoch + 1))
