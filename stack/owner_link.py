"""The one-time link that makes the first owner's account. Only the token's hash is kept."""

import hashlib
from datetime import timedelta
from secrets import token_urlsafe

from sqlalchemy import Engine

from services.core.clock import Clock
from services.store import invite, user

LIFETIME = timedelta(hours=24)


def make(engine: Engine, gallery_url: str, clock: Clock) -> str | None:
    """A new link while nobody has an account; else None."""
    with engine.begin() as connection:
        if user.any_exists(connection):
            return None
        token = token_urlsafe(32)
        now = clock.now()
        invite.create(connection, hashlib.sha256(token.encode()).hexdigest(), "owner", now, now + LIFETIME)
    return f"{gallery_url.rstrip('/')}/invite/{token}"
