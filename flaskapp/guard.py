"""Deny by default: without a session there is nothing but the door; only an owner changes anything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, redirect, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from flaskapp.account import tokens
from flaskapp.account.door import token_hash
from flaskapp.gallery import gallery
from services.store import token, user
from services.store.engine import Away

DOORS = frozenset({"account.login", "account.sign_in", "account.invite", "account.accept"})
OPEN = (
    DOORS
    | {"static", "probe.alive", "probe.ready", "probe.metrics", "mute.page", "mute.enter"}
    | {f"share.{name}" for name in ("page", "file", "preview", "thumbnail")}
)
"""Endpoints that need no session."""
ABOUT_A_PERSON = frozenset({"person.save", "person.mute"}) | {
    f"channel.{name}" for name in ("add", "test", "switch", "earlier", "remove")
}
"""Changes of a person: the views let nobody but an owner change another's."""
OWN = ABOUT_A_PERSON | {
    "account.logout",
    "account.password",
    "account.end_sessions",
    "account.token.add",
    "account.token.revoke",
}
"""Changes that anybody who is signed in may make: they concern themselves only."""
CHOSEN_BY_ID = ("before", "camera", "device", "kind", "outcome", "person", "removed", "sender")
"""What pages are narrowed by, after the `?`, where it is an id or a word of ours; the API says itself what is wrong."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWNERS = frozenset(
    {"setting.page", "setting.download", "audit.page", "ftp.page"}
    | {f"camera.access.{name}" for name in ("new", "edit", "tried", "picture")}
)
"""What is no change, and still for owners only."""
LARGE = frozenset({"setting.attempt", "setting.bring"})
LARGE_BYTES = 1_000_000
"""What forms with a file may hold; others are as large as the application allows."""
API = "/api/"
"""What is below has a door of its own, at which no session counts: `flaskapp.api.door`."""

PROGRAMS = ("/event_api/", "/segment_api/", "/latest_images.json")
"""What is below may also be read with a token: programs of older systems do, which know no sessions."""

limiter = Limiter(get_remote_address)
csrf = CSRFProtect()


@dataclass(frozen=True)
class Person:
    """Who is signed in, as Flask-Login wants it; `token_sha256` is of the token that a program showed for them."""

    id: str
    name: str
    role: str
    session_epoch: int
    token_sha256: str | None = None
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: the id, and the epoch that ends it."""
        return f"{self.id}:{self.session_epoch}"

    @property
    def owner(self) -> bool:
        """Whether they may change things."""
        return self.role == "owner"


def install(app: Flask) -> None:
    """Puts the guard before every view."""
    login = LoginManager()
    login.session_protection = None
    login.user_loader(load)
    login.request_loader(by_token)
    login.init_app(app)
    app.before_request(check)
    csrf.init_app(app)
    limiter.init_app(app)


def person(row: user.User) -> Person:
    """The signed-in form of a user's row."""
    return Person(row.id, row.name, row.role, row.session_epoch)


def load(session_id: str) -> Person | None:
    """Who a session belongs to; nobody when the account is gone or its sessions were ended."""
    return holder(gallery().engine, session_id)


def holder(engine: Engine, session_id: str) -> Person | None:
    """As `load`, also where there is no request."""
    user_id, _, epoch = session_id.partition(":")
    with engine.connect() as connection:
        row = user.find(connection, user_id)
    return person(row) if row and str(row.session_epoch) == epoch else None


def by_token(asked: Request) -> Person | None:
    """Whose token a program shows, where that opens anything."""
    if not asked.path.startswith(PROGRAMS) or not tokens.shown():
        return None
    found = tokens.recognise(gallery().engine, tokens.shown(), gallery().now())
    return replace(person(found), token_sha256=token_hash(tokens.shown())) if found else None


def still(engine: Engine, who: Person) -> Callable[[], bool]:
    """Whether somebody's sessions have not been ended, nor the token revoked; for answers that go on for long.

    Not while the database is away: whoever looks asks again.
    """
    session_id, digest = who.get_id(), who.token_sha256

    def may() -> bool:
        try:
            return holder(engine, session_id) is not None and (digest is None or _is_good(engine, digest))
        except Away:
            return False

    return may


def _is_good(engine: Engine, digest: str) -> bool:
    with engine.connect() as connection:
        return token.owner(connection, digest) is not None


def check() -> AnyResponse | None:
    """Runs before each request; an answer here ends it."""
    _known_letters_only()
    if request.endpoint in OPEN or request.path.startswith(API):
        return None
    if not current_user.is_authenticated:
        return _to_the_door()
    if request.routing_exception is not None:
        return None
    if request.method not in READING and not current_user.owner and request.endpoint not in OWN:
        abort(403)
    if request.endpoint in OWNERS and not current_user.owner:
        abort(403)
    if request.endpoint in LARGE:
        request.max_content_length = request.max_form_memory_size = LARGE_BYTES
    return None


def _known_letters_only() -> None:
    """Ids and tokens are ASCII: the database would refuse to compare others, and nothing is there by them."""
    chosen = [value for name, value in request.args.items() if name in CHOSEN_BY_ID]
    if request.path.startswith(API):
        chosen = []
    if not all(str(place).isascii() for place in [*(request.view_args or {}).values(), *chosen]):
        abort(404)


def _to_the_door() -> AnyResponse:
    """Pages lead to the sign-in; pictures, streams and parts of pages are just refused."""
    page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("account.login")})
    if not page:
        abort(401)
    return redirect(url_for("account.login", next=request.full_path.rstrip("?")))


def way_back(wanted: str | None) -> str:
    """Where to go after the sign-in: a page of ours, whatever the link said."""
    home = url_for("live.page")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not _is_page(parts.path):
        return home
    return wanted


def _is_page(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return endpoint not in OPEN
