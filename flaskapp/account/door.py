"""Making accounts and checking who comes: each a transaction, with its audit row."""

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from flaskapp.account import passwords
from services.core.ids import new_id
from services.store import audit, invite, user
from services.store.audit import Change
from services.store.user import User

INVITE_DAYS = 3


class NameTaken(Exception):
    """Another account has this name."""


class LinkSpent(Exception):
    """The one-time link was used in the meantime, or is too old."""


def token_hash(token: str) -> str:
    """What is stored of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invite(connection: Connection, token: str, now: datetime) -> invite.Invite | None:
    """The invite behind a token, while it may be used."""
    return invite.find_open(connection, token_hash(token), now)


def accept(engine: Engine, token: str, name: str, password: str, now: datetime) -> User:
    """Spends the link and makes its account. Raises `LinkSpent` or `NameTaken`; then nothing was changed."""
    password_hash = passwords.hashed(password)
    with engine.begin() as connection:
        found = open_invite(connection, token, now)
        if found is None or not invite.use(connection, found.token_sha256, now):
            raise LinkSpent
        made = User(new_id(), name, password_hash, found.role, 0, now, now)
        try:
            user.create(connection, made)
        except IntegrityError as error:
            raise NameTaken from error
        audit.write(connection, now, made.id, Change("user.create", made.id, None, {"name": name, "role": made.role}))
    return made


def same_name(name: str) -> str:
    """What two ways of typing a name share: case and Unicode form do not matter, anything else does."""
    return unicodedata.normalize("NFKC", name).casefold()


def recognise(engine: Engine, name: str, password: str, now: datetime) -> User | None:
    """The user with this name and password; notes the sign-in. None for a wrong name as for a wrong password."""
    with engine.connect() as connection:
        found = user.find_by_name(connection, name)
    # The database also takes `ánna` for `anna`: each such spelling would have wrong tries of its own.
    if found and same_name(found.name) != same_name(name):
        found = None
    if not passwords.fits(found.password_hash if found else None, password) or found is None:
        return None
    with engine.begin() as connection:
        user.signed_in(connection, found.id, now)
        if passwords.outdated(found.password_hash):
            user.rehash(connection, found.id, passwords.hashed(password))
    return found


def change_password(engine: Engine, user_id: str, old: str, new: str, now: datetime) -> bool:
    """Sets a new password and ends all sessions; False when the old one is wrong."""
    with engine.begin() as connection:
        found = user.find(connection, user_id)
        if found is None or not passwords.fits(found.password_hash, old):
            return False
        user.set_password(connection, user_id, passwords.hashed(new))
        audit.write(connection, now, user_id, Change("user.password", user_id, None, {}))
    return True


def end_sessions(engine: Engine, user_id: str, by: str, now: datetime) -> None:
    """Signs a user out everywhere."""
    with engine.begin() as connection:
        user.end_sessions(connection, user_id)
        audit.write(connection, now, by, Change("user.end_sessions", user_id, None, {}))


def new_invite(engine: Engine, role: str, by: str, now: datetime) -> str:
    """A fresh one-time link's token; only its hash is kept, so it can be shown only now."""
    token = secrets.token_urlsafe(24)
    digest = token_hash(token)
    with engine.begin() as connection:
        invite.create(connection, digest, role, now, now + timedelta(days=INVITE_DAYS))
        audit.write(connection, now, by, Change("invite.create", digest, None, {"role": role}))
    return token
