"""`/modes`: what the house is set to, who set it, and modes of one's own."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.guard import way_back
from flaskapp.mistakes import Mistakes
from flaskapp.mode import change, form
from flaskapp.text import in_words
from services.store import entry, link, mode
from services.store.mode import DISARMED

CHANGES_SHOWN = 50
REASON = "set in the gallery"
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("mode", __name__)


@blueprint.get("/modes")
def page() -> str:
    """The mode, since when and by whom; the changes before it; the modes that there are."""
    return _page({})


@blueprint.post("/modes/set", endpoint="enter")
def enter() -> Answer:
    """Sets the house to a mode, and writes who did. To disarm it asks first."""
    home = gallery()
    try:
        until = form.until(request.form, home.now(), home.zone)
    except Mistakes as mistakes:
        return _page(mistakes.by_field), 422
    mode_id = request.form.get("mode_id", "")
    if mode_id == DISARMED and "sure" not in request.form:
        return render_template("mode/disarm.html", typed=request.form)
    _enter(mode_id, until)
    gallery().ring_changed(change.NOUN)
    return redirect(way_back(request.form.get("next")))


def _enter(mode_id: str, until: datetime | None) -> None:
    with gallery().engine.begin() as connection:
        wanted = change.enter(connection, current_user, mode_id, REASON, until) or abort(404)
    flash(f"The house is set to {wanted.name}" + (f" until {in_words(until)}." if until else "."))


@blueprint.post("/modes/add", endpoint="add")
def add() -> Answer:
    """A mode of one's own."""
    home = gallery()
    try:
        wanted = form.name(request.form)
        with home.engine.begin() as connection:
            change.add(connection, current_user, wanted)
    except (Mistakes, IntegrityError) as problem:
        return _page(_words(problem)), 422
    flash(f"{wanted} is added.")
    return redirect(url_for("mode.page"))


@blueprint.post("/modes/<mode_id>/rename", endpoint="rename")
def rename(mode_id: str) -> Answer:
    """Gives a mode another name."""
    home = gallery()
    try:
        wanted = form.name(request.form)
        with home.engine.begin() as connection:
            found = mode.find(connection, mode_id) or abort(404)
            change.rename(connection, current_user, found, wanted)
    except (Mistakes, IntegrityError) as problem:
        return _page(_words(problem)), 422
    gallery().ring_changed(change.NOUN)
    flash(f"{wanted} is saved.")
    return redirect(url_for("mode.page"))


@blueprint.post("/modes/<mode_id>/delays", endpoint="delay")
def delay(mode_id: str) -> Answer:
    """Gives a mode other delays; a disarmed house has none."""
    home = gallery()
    try:
        wanted = form.delays(request.form)
    except Mistakes as mistakes:
        return _page(mistakes.by_field, mode_id), 422
    with home.engine.begin() as connection:
        found = mode.find(connection, mode_id) or abort(404)
        if found.id == DISARMED:
            abort(404)
        change.delay(connection, current_user, found, **wanted)
    home.ring_changed(change.NOUN)
    flash(f"The delays of {found.name} are saved.")
    return redirect(url_for("mode.page"))


@blueprint.post("/modes/<mode_id>/remove", endpoint="remove")
def remove(mode_id: str) -> Response:
    """Removes one of the owner's own, unless the house is in it, or a camera or schedule speaks of it."""
    with gallery().engine.begin() as connection:
        found = mode.find(connection, mode_id) or abort(404)
        against = change.against(connection, found)
        if not against:
            change.remove(connection, current_user, found)
    flash(against or f"{found.name} is removed.")
    return redirect(url_for("mode.page"))


def _words(problem: Mistakes | IntegrityError) -> Mapping[str, str]:
    return (problem if isinstance(problem, Mistakes) else form.TAKEN).by_field


def _page(mistakes: Mapping[str, str], mistaken_id: str | None = None) -> str:
    with gallery().engine.connect() as connection:
        history = mode.history(connection, CHANGES_SHOWN)
        now, modes, rules = mode.current(connection), mode.all_modes(connection), link.all_links(connection)
        pending = entry.present(connection, gallery().now())
    return render_template(
        "mode/page.html",
        now=now,
        arming=now.arming_at(gallery().now()),
        pending=pending,
        modes=modes,
        names={one.id: one.name for one in modes},
        setters={one.id: [rule for rule in rules if rule.sets_mode(one.id)] for one in modes},
        history=history,
        mistakes=mistakes,
        mistaken_id=mistaken_id,
        typed=request.form if mistakes else {},
    )
