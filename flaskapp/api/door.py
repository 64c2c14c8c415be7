"""The API's own door: a token, and nothing else, says who comes. Sessions do not count, so no form can be forged."""

from typing import NoReturn, cast

from flask import Response, abort, g, request

from flaskapp import guard
from flaskapp.account import tokens
from flaskapp.account.door import token_hash
from flaskapp.gallery import gallery
from flaskapp.guard import READING, Person
from services.core.logging import get

WRONG = "60 per 5 minutes;600 per day"
"""Requests without a token that opens, by address."""
OFTEN = "600 per minute"
"""Requests with one token."""
log = get(__name__)


def refused(answer: Response) -> bool:
    """Whether the door stayed shut."""
    return answer.status_code == 401


def key() -> str:
    """What requests are counted by: the token, or where there is none the address."""
    return f"token:{token_hash(tokens.shown())}" if tokens.shown() else f"address:{request.remote_addr}"


def check() -> None:
    """Runs before each view of the API; lets in whom the token belongs to, viewers only to read."""
    found = tokens.recognise(gallery().engine, tokens.shown(), gallery().now())
    if found is None:
        _refuse()
    g.caller = guard.person(found)
    if request.method not in READING:
        owners_only()


def _refuse() -> NoReturn:
    if tokens.shown():
        log.warning("token_refused", address=request.remote_addr)
    abort(401)


def caller() -> Person:
    """Whose token it is."""
    return cast("Person", g.caller)


def owners_only() -> None:
    """Refuses viewers."""
    if not caller().owner:
        abort(403)
