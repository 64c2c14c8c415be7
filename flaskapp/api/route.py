"""Routes of the API: each says what it takes and gives, which also makes `/api/v1/openapi.json`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, request
from pydantic import ValidationError

from flaskapp import guard
from flaskapp.api import answers, door
from flaskapp.mistakes import Mistakes
from flaskapp.shape import Shape, wrong

BASE = f"{guard.API}v1"
blueprint = Blueprint("api", __name__, url_prefix=BASE)
blueprint.before_request(door.check)
guard.csrf.exempt(blueprint)
guard.limiter.limit(door.OFTEN, key_func=door.key)(blueprint)
guard.limiter.limit(door.WRONG, deduct_when=door.refused)(blueprint)


class Taken(Mistakes):
    """What was sent is there already."""


@dataclass(frozen=True)
class Route:
    """One method of one path: what it takes as JSON or after the `?`, what it gives, and which errors are its own.

    `takes` and `gives` that are no shapes: the view reads, or answers, itself, in this media type; None: nothing.
    """

    method: str
    rule: str
    name: str
    says: str
    gives: type[Shape] | str | None
    takes: type[Shape] | str | None
    asks: type[Shape] | None
    code: int
    errors: tuple[int, ...]

    @property
    def failures(self) -> set[int]:
        """The codes of all errors that it answers with."""
        found = {401, 429, 503, *self.errors}
        if self.method not in guard.READING:
            found.add(403)
        if self.takes is not None:
            found |= {400, 413, 415} if isinstance(self.takes, type) else {413}
        return found | ({422} if self.takes or self.asks else set())


ROUTES: list[Route] = []


def route(
    method: str,
    rule: str,
    gives: type[Shape] | str | None,
    *,
    takes: type[Shape] | str | None = None,
    asks: type[Shape] | None = None,
    code: int = 200,
    errors: tuple[int, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Makes a view a route. It gets the body as `sent`, the query as `asked`, and the places of its path by name."""

    def register(view: Callable[..., Any]) -> Callable[..., Response]:
        says = " ".join((view.__doc__ or "").split())
        made = Route(method, rule, view.__name__, says, gives, takes, asks, code, errors)
        ROUTES.append(made)

        @blueprint.route(rule, methods=[method], endpoint=made.name)
        @wraps(view)
        def answer(**places: Any) -> Response:
            found = view(**{name: str(value) for name, value in places.items()}, **_given(made))
            return answers.shape(found, made.code) if isinstance(found, Shape) else found

        return answer

    return register


def _given(made: Route) -> dict[str, Shape]:
    given = {}
    if isinstance(made.takes, type):
        given["sent"] = body(made.takes)
    if made.asks is not None:
        given["asked"] = query(made.asks)
    return given


def body(kind: type[Shape]) -> Shape:
    """The request's JSON. Raises `Mistakes`."""
    if not request.is_json:
        abort(415)
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_context=False)):
            abort(400)
        raise Mistakes(wrong(error)) from error


def query(kind: type[Shape]) -> Shape:
    """What stands after the `?`, where numbers are text. Raises `Mistakes`."""
    try:
        return kind.model_validate(request.args.to_dict(), strict=False)
    except ValidationError as error:
        raise Mistakes(wrong(error)) from error


@blueprint.errorhandler(Mistakes)
def mistaken(error: Mistakes) -> Response:
    """What is wrong with what was sent, by field."""
    return answers.problem(409 if isinstance(error, Taken) else 422, error.by_field)
