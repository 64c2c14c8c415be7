"""Answers of the API: a shape as JSON; an error in words, never a stack trace."""

from collections.abc import Mapping

from flask import Response

from flaskapp.shape import Shape

JSON = "application/json"
WORDS = {
    400: "That is not JSON that can be read.",
    401: "Send a token: Authorization: Bearer hw_…; the gallery makes them under Account, Tokens.",
    403: "Only an owner may do that.",
    404: "There is nothing here.",
    405: "That does not work this way: docs/api.md says which methods there are.",
    409: "That is there already.",
    413: "That is too much.",
    415: "Send JSON, with Content-Type: application/json.",
    422: "Something in it is wrong: see fields.",
    429: "Too many requests. Wait a minute, then try again. Nothing was changed.",
    500: "Something went wrong in the gallery; its log has the details.",
    503: "The database is away. Pictures are still being taken in. Try again in a while.",
}


class Problem(Shape):
    """What went wrong: `error` in words, and by field what is wrong with what was sent."""

    error: str
    fields: dict[str, str]


def shape(made: Shape, code: int = 200) -> Response:
    """An answer with what was asked for."""
    return Response(made.model_dump_json(), code, mimetype=JSON)


def problem(code: int, fields: Mapping[str, str] | None = None) -> Response:
    """An answer that says what is wrong."""
    error = WORDS.get(code, WORDS[500 if code >= 500 else 400])
    answer = shape(Problem(error=error, fields=dict(fields or {})), code)
    if code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
