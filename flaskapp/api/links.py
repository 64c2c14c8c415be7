"""`/api/v1/links` and `/api/v1/links/<id>`. Pages say rules."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, abort
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from flaskapp.api.door import caller
from flaskapp.api.route import Taken, route
from flaskapp.api.shapes import ALink, LinkNew, Links
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.rule import change, check, choices
from flaskapp.rule.form import TAKEN
from flaskapp.rule.shape import RuleFields, fields
from services.core.ids import new_id
from services.store import link
from services.store.link import Link

KNOWN = "There is a rule of that id already."


@route("GET", "/links", Links)
def links() -> Links:
    """Every rule, by name."""
    with gallery().engine.connect() as connection:
        return Links(links=[_shown(one) for one in link.all_links(connection)])


@route("POST", "/links", ALink, takes=LinkNew, code=201, errors=(409,))
def add_link(sent: LinkNew) -> ALink:
    """Enters a rule. One of that id or name that is there already is left as it is, and told."""
    made = Link(id=sent.id or new_id(), created_at=gallery().now(), **sent.columns())
    with _writing() as connection:
        if link.lock(connection, made.id):
            raise Taken({"id": KNOWN})
        _check(connection, made)
        change.add(connection, caller(), made)
    return _shown(made)


@route("GET", "/links/<uuid:link_id>", ALink, errors=(404,))
def one_link(link_id: str) -> ALink:
    """One rule."""
    with gallery().engine.connect() as connection:
        return _shown(link.find(connection, link_id) or abort(404))


@route("PUT", "/links/<uuid:link_id>", ALink, takes=RuleFields, errors=(404, 409))
def replace_link(link_id: str, sent: RuleFields) -> ALink:
    """Makes a rule what is sent; what is not sent is as in a new one."""
    with _writing() as connection:
        before = link.lock(connection, link_id) or abort(404)
        made = Link(id=link_id, created_at=before.created_at, acted_at=before.acted_at, **sent.columns())
        _check(connection, made)
        change.replace(connection, caller(), before, made)
    return _shown(made)


@route("DELETE", "/links/<uuid:link_id>", None, code=204, errors=(404,))
def remove_link(link_id: str) -> Response:
    """Deletes a rule; what it led to stays."""
    with _writing() as connection:
        change.remove(connection, caller(), link.lock(connection, link_id) or abort(404))
    return Response(status=204)


@contextmanager
def _writing() -> Iterator[Connection]:
    """A transaction that changes rules, of which scribe hears. Raises `Taken`."""
    try:
        with gallery().engine.begin() as connection:
            yield connection
    except IntegrityError as error:
        raise Taken(TAKEN.by_field) from error
    gallery().ring_changed(change.NOUN)


def _check(connection: Connection, made: Link) -> None:
    house = choices.read(connection)
    if mistakes := check.incomplete(made) or check.gone(made, house):
        raise Mistakes(mistakes)


def _shown(found: Link) -> ALink:
    return ALink(id=found.id, created_at=found.created_at, acted_at=found.acted_at, **fields(found))
