"""Passwords: argon2id. Checking takes as long for a name that nobody has as for a wrong password."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

MIN_LENGTH = 10
MAX_LENGTH = 200
_hasher = PasswordHasher()
_NOBODYS = _hasher.hash("a password that opens nothing")


def hashed(password: str) -> str:
    """The password's argon2id hash in PHC form."""
    return _hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash never, but only after the same work."""
    try:
        good = _hasher.verify(stored or _NOBODYS, password)
    except (Argon2Error, InvalidHashError):
        return False
    return good and stored is not None


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def complaint(password: str) -> str | None:
    """Why a new password will not do; None when it will."""
    if len(password) < MIN_LENGTH:
        return f"At least {MIN_LENGTH} characters, please. A few words in a row are easy to remember."
    if len(password) > MAX_LENGTH:
        return f"At most {MAX_LENGTH} characters, please."
    return None
