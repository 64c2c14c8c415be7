"""`/account/tokens`: what one's own programs show at the API."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp import guard
from flaskapp.account import tokens
from flaskapp.gallery import gallery
from services.store import token

NAME_LENGTH = 120
NAMELESS = "What is it for? A name such as Home Assistant, please."
TOO_LONG = f"At most {NAME_LENGTH} characters, please."
TOO_MANY = f"You have {tokens.MOST} tokens, which is as many as one may have. Revoke one first."
blueprint = Blueprint("token", __name__)


@blueprint.get("/account/tokens")
def page() -> str:
    """One's own tokens, and when each was last used."""
    return _page()


@blueprint.post("/account/tokens", endpoint="add")
@guard.limiter.limit("30 per 5 minutes")
def add() -> str | tuple[str, int]:
    """Makes one; it is shown this once."""
    home, name = gallery(), " ".join(request.form.get("name", "").split())
    if not 1 <= len(name) <= NAME_LENGTH:
        return _page(problem=TOO_LONG if name else NAMELESS, name=name), 422
    try:
        made = tokens.make(home.engine, current_user.id, name, home.now())
    except tokens.TooMany:
        return _page(problem=TOO_MANY, name=name), 422
    return _page(made=made)


@blueprint.post("/account/tokens/<uuid:token_id>/revoke", endpoint="revoke")
def revoke(token_id: UUID) -> Response:
    """Takes one away for good."""
    home = gallery()
    gone = tokens.revoke(home.engine, current_user.id, str(token_id), home.now()) or abort(404)
    flash(f"{gone} is revoked: what shows it is refused from now on.")
    return redirect(url_for("account.token.page"))


def _page(made: str | None = None, problem: str | None = None, name: str = "") -> str:
    with gallery().engine.connect() as connection:
        own = token.of_user(connection, current_user.id)
    base = gallery().settings.gallery_url.rstrip("/")
    return render_template("account/tokens.html", tokens=own, made=made, problem=problem, name=name, base=base)
