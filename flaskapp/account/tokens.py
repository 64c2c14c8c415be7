"""Making, recognising and revoking tokens of the API: each a transaction, with its audit row."""

import secrets
from datetime import datetime

from flask import request
from sqlalchemy import Engine

from flaskapp.account.door import token_hash
from services.core.ids import new_id
from services.store import audit, token
from services.store.audit import Change
from services.store.token import Token
from services.store.user import User

PREFIX = "hw_"
BYTES = 32
SCHEME = "bearer"
"""Compared without case, as HTTP has it."""
MOST = 50
"""Tokens that one person may have."""


class TooMany(Exception):
    """The person has as many as one may have."""


def shown() -> str:
    """The token that the request shows; empty for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == SCHEME else ""


def make(engine: Engine, user_id: str, name: str, now: datetime) -> str:
    """A fresh token's text; only its hash is kept, so it can be shown only now. Raises `TooMany`."""
    text = PREFIX + secrets.token_urlsafe(BYTES)
    made = Token(new_id(), user_id, name, token_hash(text), now)
    with engine.begin() as connection:
        if len(token.of_user(connection, user_id)) >= MOST:
            raise TooMany
        token.add(connection, made)
        audit.write(connection, now, user_id, Change("token.create", made.id, None, {"name": name}))
    return text


def recognise(engine: Engine, text: str, now: datetime) -> User | None:
    """Whose token this is; notes that it was used."""
    if not text.startswith(PREFIX):
        return None
    digest = token_hash(text)
    with engine.connect() as connection:
        found = token.owner(connection, digest)
    if found is not None:
        with engine.begin() as connection:
            token.used(connection, digest, now)
    return found


def revoke(engine: Engine, user_id: str, token_id: str, now: datetime) -> str | None:
    """Takes one of a person's own tokens away for good; what it was called, None when it is not there."""
    with engine.begin() as connection:
        gone = token.remove(connection, user_id, token_id)
        if gone is not None:
            audit.write(connection, now, user_id, Change("token.revoke", token_id, {"name": gone.name}, None))
    return gone.name if gone else None
