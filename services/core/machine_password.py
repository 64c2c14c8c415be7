"""Passwords of machines, such as cameras: made by us, long and random, so that a light argon2id is enough.

People's own passwords cost more to check (`flaskapp.account.passwords`); a camera may sign in for every picture.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# No letters or digits that are easily taken for each other: it is typed into a camera's page by hand.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 16
_hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)


def new_password() -> str:
    """A random one of 80 bits; short enough for the cameras that take sixteen signs at most."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def hashed(password: str) -> str:
    """The password's argon2id hash in PHC form."""
    return _hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash never, but only after the same work."""
    try:
        good = _hasher.verify(stored or _nobodys(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return good and stored is not None


@cache
def _nobodys() -> str:
    return hashed("a password that opens nothing")
