"""The link by which somebody mutes their own alerts without signing in: the notifier makes it, the gallery reads it."""

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

GOOD_FOR = timedelta(days=7)
SALT = "mute"


class Spent(Exception):
    """The link was right once; it is too old now."""


def link(gallery_url: str, secret: str, person_id: str, at: datetime) -> str:
    """The address that mutes this person's alerts, good for `GOOD_FOR` from `at` (aware)."""
    return f"{gallery_url.rstrip('/')}/mute/{token(secret, person_id, at)}"


def token(secret: str, person_id: str, at: datetime) -> str:
    """A person's id and a moment (aware), signed."""
    return str(_serializer(secret).dumps([person_id, int(at.timestamp())]))


def person_of(secret: str, given: str, now: datetime) -> str | None:
    """Whose link it is; None when nobody here made it. Raises `Spent` when it is older than `GOOD_FOR`."""
    try:
        person_id, seconds = _serializer(secret).loads(given)
        made_at = datetime.fromtimestamp(seconds, UTC)
    except (BadSignature, TypeError, ValueError):
        return None
    if now - made_at > GOOD_FOR:
        raise Spent
    return str(person_id)


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT)
