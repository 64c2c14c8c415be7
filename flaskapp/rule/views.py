"""`/rules`, `/rules/new`, `/rules/<id>` and what is done with one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.rule import asking, change, choices, form, trying
from flaskapp.rule.change import ACTION, NOUN
from flaskapp.rule.form import Typed
from flaskapp.rule.inputs import Input
from flaskapp.rule.matrix import matrix
from flaskapp.rule.sentence import plain, sentence
from flaskapp.rule.trouble import troubles
from services.core.camera_events import DETAILS
from services.core.ids import new_id
from services.store import audit, link, ruling
from services.store.link import Link

CHANGES_SHOWN = 5
TAB = "44cd798f35a631ac"
"""The id of Node-RED's tab Rules."""
DOINGS = {
    "on": "Switch on",
    "off": "Switch off",
    "say": "Say something",
    "alert": "Tell people",
    "mode": "Set the house to a mode",
    "snapshot": "Take a picture",
    "clip": "Cut a clip",
}
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("rule", __name__)
blueprint.register_blueprint(trying.blueprint)


@blueprint.get("/rules")
def page() -> str:
    """A sentence a rule, what it last led to, and where there is room which input switches what."""
    with gallery().engine.connect() as connection:
        rules, offered = link.all_links(connection), choices.read(connection)
        held = ruling.held_since(connection, _midnight())
    return render_template(
        "rule/page.html",
        rules=rules,
        sentences={one.id: sentence(one, offered.names) for one in rules},
        troubles={one.id: troubles(one, offered) for one in rules},
        held=held,
        tab=TAB,
        trials={one.id: asking.trial(one) for one in rules},
        matrix=matrix(rules, offered),
    )


@blueprint.get("/rules/new")
def new() -> str:
    """An empty editor, or one with what `input` and `output` say."""
    chosen = Input("i0", request.args.get("input", ""))
    output = request.args.get("output", "")
    wanted = form.Action("a0", "on" if output else "", output)
    return _edit(None, Typed(inputs=(chosen,), actions=(wanted,)), {})


@blueprint.post("/rules/new", endpoint="add")
def add() -> Answer:
    """Enters it, and writes who did."""
    return _save(None)


@blueprint.get("/rules/<uuid:link_id>")
def edit(link_id: UUID) -> str:
    """The editor of one rule."""
    found = _find(link_id)
    return _edit(found, form.shown(found), {})


@blueprint.post("/rules/<uuid:link_id>", endpoint="save")
def save(link_id: UUID) -> Answer:
    """Changes it, and writes who did."""
    return _save(_find(link_id))


@blueprint.post("/rules/<uuid:link_id>/switch", endpoint="switch")
def switch(link_id: UUID) -> Response:
    """Switches it on or off."""
    home, enabled = gallery(), request.form.get("enabled") == "1"
    with home.engine.begin() as connection:
        found = link.lock(connection, str(link_id)) or abort(404)
        change.switch(connection, current_user, found, enabled)
    home.ring_changed(NOUN)
    flash(f"{found.name} is switched {'on' if enabled else 'off'}.")
    return redirect(url_for("rule.page", _anchor=f"rule-{found.id}"))


@blueprint.get("/rules/<uuid:link_id>/remove", endpoint="ask")
def ask(link_id: UUID) -> str:
    """What would go with it."""
    found = _find(link_id)
    with gallery().engine.connect() as connection:
        names = choices.read(connection).names
    return render_template("rule/remove.html", rule=found, said=plain(sentence(found, names)))


@blueprint.post("/rules/<uuid:link_id>/remove", endpoint="remove")
def remove(link_id: UUID) -> Response:
    """Deletes it; what it led to stays."""
    home = gallery()
    with home.engine.begin() as connection:
        found = link.lock(connection, str(link_id)) or abort(404)
        change.remove(connection, current_user, found)
    home.ring_changed(NOUN)
    flash(f"{found.name} is removed.")
    return redirect(url_for("rule.page"))


def _find(link_id: UUID) -> Link:
    with gallery().engine.connect() as connection:
        return link.find(connection, str(link_id)) or abort(404)


def _save(found: Link | None) -> Answer:
    sent = form.typed(request.form)
    if wanted := request.form.get("step"):
        return _edit(found, form.step(sent, wanted), {})
    try:
        made = _write(found, sent)
    except Mistakes as mistakes:
        return _edit(found, form.step(sent, ""), mistakes.by_field), 422
    except IntegrityError:
        return _edit(found, form.step(sent, ""), form.TAKEN.by_field), 422
    gallery().ring_changed(NOUN)
    flash(f"{made.name} is saved.")
    return redirect(url_for("rule.page", _anchor=f"rule-{made.id}"))


def _write(found: Link | None, sent: Typed) -> Link:
    home = gallery()
    with home.engine.begin() as connection:
        offered, rule_id = choices.read(connection), found.id if found else new_id()
        made = form.read(sent, offered, rule_id, found.created_at if found else home.now())
        if found is None:
            change.add(connection, current_user, made)
        else:
            change.replace(connection, current_user, link.lock(connection, rule_id) or abort(404), made)
    return made


def _edit(found: Link | None, values: Typed, mistakes: Mapping[str, str]) -> str:
    with gallery().engine.connect() as connection:
        offered = choices.read(connection)
        changes = audit.of(connection, ACTION, found.id, CHANGES_SHOWN) if found else []
    return render_template(
        "rule/edit.html",
        rule=found,
        values=values,
        mistakes=mistakes,
        offered=offered,
        changes=changes,
        doings=DOINGS,
        standings=asking.WORDS,
        details=DETAILS,
        offers=choices.offers,
        most=form.ROWS_MAX,
    )


def _midnight() -> datetime:
    """When the day of the house began."""
    home = gallery()
    return home.zone.bounds(home.zone.day_of(home.now()))[0]
