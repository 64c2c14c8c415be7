"""`/mute/<token>`: the link in an alert. Who has it may mute that one person, and nothing else."""

from datetime import datetime

from flask import Blueprint, abort, render_template, request

from flaskapp.gallery import gallery
from flaskapp.guard import csrf, limiter
from flaskapp.person import pause
from services.core import mute
from services.store import person
from services.store.person import NOUN, Person

LIMIT = "30 per 5 minutes;200 per day"
Answer = str | tuple[str, int]
blueprint = Blueprint("mute", __name__)


@blueprint.get("/mute/<token>")
@limiter.limit(LIMIT)
def page(token: str) -> Answer:
    """Asks for how long. To follow the link changes nothing: mail programs look at links, too."""
    person_id = _whose(token)
    with gallery().engine.connect() as connection:
        found = person.find(connection, person_id) if person_id else None
    return _page(found, None)


@blueprint.post("/mute/<token>", endpoint="enter")
@limiter.limit(LIMIT)
def enter(token: str) -> Answer:
    """Mutes them, or has them told again. The token stands in for the form's own: nobody can guess it."""
    home, person_id = gallery(), _whose(token)
    try:
        until = pause.until(request.form.get("span", ""), home.now(), home.zone)
    except KeyError:
        abort(400)
    with home.engine.begin() as connection:
        found = person.lock(connection, person_id) if person_id else None
        if found:
            pause.write(connection, found, until, home.now(), None)
    if found:
        home.ring_changed(NOUN)
    return _page(found, until, changed=True)


csrf.exempt(enter)


def _whose(token: str) -> str | None:
    """The person's id; None for a link that is spent, or was never made here."""
    home = gallery()
    secret = home.settings.mute_secret
    try:
        return mute.person_of(secret.get_secret_value(), token, home.now()) if secret else None
    except mute.Spent:
        return None


def _page(found: Person | None, until: datetime | None, changed: bool = False) -> Answer:
    if found is None:
        return render_template("person/spent.html"), 410
    now = gallery().now()
    standing = until if changed else found.muted_until if found.is_muted(now) else None
    return render_template("person/mute.html", one=found, until=standing, changed=changed, spans=pause.SPANS)
