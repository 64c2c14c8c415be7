"""The one-time link that makes the first owner's account. Only the token's hash is kept.

`python -m stack.owner_link` prints one, where the stack was not started by `scripts/run`: in containers. With
`--another` it does so although there are accounts: whoever may run commands here is let in, whatever was forgotten.
"""

import hashlib
import sys
from datetime import timedelta
from secrets import token_urlsafe

from sqlalchemy import Engine

from services.core.clock import Clock, SystemClock
from services.core.settings import SettingError, load
from services.store import audit, invite, user
from services.store.audit import Change
from services.store.engine import Away, connect

LIFETIME = timedelta(hours=24)


def make(engine: Engine, gallery_url: str, clock: Clock, another: bool = False) -> str | None:
    """A new link while nobody has an account, or for `another` owner; else None."""
    token, now = token_urlsafe(32), clock.now()
    digest = hashlib.sha256(token.encode()).hexdigest()
    with engine.begin() as connection:
        first = not user.any_exists(connection)
        if not first and not another:
            return None
        if first:
            # Each start prints a new one: the first owner's account shall leave none behind that works.
            invite.withdraw_all(connection, now)
        invite.create(connection, digest, "owner", now, now + LIFETIME)
        if not first:
            audit.write(connection, now, None, Change("invite.create", digest, None, {"role": "owner"}))
    return f"{gallery_url.rstrip('/')}/invite/{token}"


def main() -> int:
    """The command: the link alone on standard output; 1 when there is an owner already, or no database."""
    try:
        settings = load()
        link = make(connect(settings, pool_size=1), settings.gallery_url, SystemClock(), "--another" in sys.argv[1:])
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    except Away as error:
        print(f"The database does not answer: {getattr(error, 'orig', error)}", file=sys.stderr)
        return 1
    if link is None:
        print("Somebody has an account already. An owner makes links for others in the gallery.", file=sys.stderr)
        print("If no owner can get in any more: --another makes one here.", file=sys.stderr)
        return 1
    print(link)
    return 0


if __name__ == "__main__":
    sys.exit(main())
