"""The signed link of a share: it holds the id of the share's row, so that it can be ended."""

from itsdangerous import BadSignature, URLSafeSerializer

SALT = "share"


def token(secret: str, share_id: str) -> str:
    """What stands in the link."""
    return str(URLSafeSerializer(secret, salt=SALT).dumps(share_id))


def share_of(secret: str, given: str) -> str | None:
    """The id of the share that a link is of; None when nobody here made it."""
    try:
        found = URLSafeSerializer(secret, salt=SALT).loads(given)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None
