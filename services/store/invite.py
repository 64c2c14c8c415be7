"""One-time links that make an account. Only the token's hash is ever stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from services.store.account_tables import invite


@dataclass(frozen=True)
class Invite:
    """One row of `invite`; times are aware UTC."""

    token_sha256: str
    role: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def create(connection: Connection, token_sha256: str, role: str, created_at: datetime, expires_at: datetime) -> None:
    """Adds a link for a new account of `role` (owner, viewer); `token_sha256` is lower-case hex."""
    connection.execute(
        insert(invite).values(token_sha256=token_sha256, role=role, created_at=created_at, expires_at=expires_at)
    )


def withdraw_all(connection: Connection, now: datetime) -> None:
    """Deletes every link that may still be used."""
    connection.execute(delete(invite).where(invite.c.used_at.is_(None), invite.c.expires_at > now))


def find_open(connection: Connection, token_sha256: str, now: datetime) -> Invite | None:
    """The invite of this token while it may still be used; else None."""
    row = connection.execute(
        select(invite).where(
            invite.c.token_sha256 == token_sha256, invite.c.used_at.is_(None), invite.c.expires_at > now
        )
    ).one_or_none()
    return Invite(**row._mapping) if row else None


def use(connection: Connection, token_sha256: str, now: datetime) -> bool:
    """Spends the link; True for exactly one caller, and only before it expires."""
    done = connection.execute(
        update(invite)
        .where(invite.c.token_sha256 == token_sha256, invite.c.used_at.is_(None), invite.c.expires_at > now)
        .values(used_at=now)
    )
    return done.rowcount == 1
