"""`/panic`."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.rule import choices
from flaskapp.rule.sentence import plain, sentence
from services.core.ids import new_id
from services.store import audit, event, link
from services.store.audit import Change
from services.store.event import PANIC, Event
from services.store.link import Link

ACTION, NOUN = "panic", "commands"
blueprint = Blueprint("panic", __name__)


@blueprint.get("/panic", endpoint="ask")
def ask() -> str:
    """What would be set off, and the one button that does."""
    with gallery().engine.connect() as connection:
        names = choices.read(connection).names
        rules = [one for one in link.all_links(connection) if one.enabled and _listens(one)]
    return render_template("panic/page.html", sentences=[plain(sentence(one, names)) for one in rules])


@blueprint.post("/panic", endpoint="press")
def press() -> Response:
    """Writes the trigger and who pressed it; scribe rings, and rules act."""
    home, now = gallery(), gallery().now()
    said = f"panic, by {current_user.name}"
    pressed = Event(new_id(), PANIC, None, None, said, now, now, now, undecided_since=now)
    with home.engine.begin() as connection:
        event.add(connection, [pressed])
        audit.write(connection, now, current_user.id, Change(ACTION, pressed.id, None, {"by": current_user.name}))
    home.ring_changed(NOUN)
    flash("Panic: the rules are acting.")
    return redirect(url_for("ruling.page"))


def _listens(rule: Link) -> bool:
    return any(one["kind"] == PANIC for one in rule.inputs)
