"""`/plates`, `/plates/new` and `/plates/<id>`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.plate import form
from services.store import audit, camera, plate
from services.store.audit import Change
from services.store.plate import Card

ACTION = "plate.update"
CHANGES_SHOWN = 5
PICTURES_SHOWN = 24
FIELDS = ("text", "standing", *form.TEXTS)
NEW: dict[str, Any] = {"text": "", "standing": "known"}
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("plate", __name__)


@blueprint.get("/plates")
def page() -> str:
    """A card a plate, those seen last first; a search finds parts of them, and signs that look alike."""
    search, standing = request.args.get("q", "").strip(), request.args.get("standing") or None
    if standing is not None and standing not in form.STANDINGS:
        abort(400)
    with gallery().engine.connect() as connection:
        cards = plate.cards(connection, search, standing)
        counts = plate.counts(connection)
        names = {one.id: one.name for one in camera.all_cameras(connection)}
    return render_template(
        "plate/page.html",
        cards=cards,
        counts=counts,
        names=names,
        search=search,
        standing=standing,
        standings=form.STANDINGS,
        most=plate.LISTED_MAX,
    )


@blueprint.get("/plates/new")
def new() -> str:
    """A plate that has not come yet."""
    return _new({**NEW, "text": request.args.get("text", "")}, {})


@blueprint.post("/plates/new", endpoint="add")
def add() -> Answer:
    """Enters it, and writes who did."""
    home = gallery()
    try:
        wanted = form.read(request.form)
        with home.engine.begin() as connection:
            made = plate.add(connection, wanted.pop("text"), home.now(), **wanted)
            after = {name: getattr(made, name) for name in FIELDS}
            audit.write(connection, home.now(), current_user.id, Change(ACTION, made.id, None, after))
    except (Mistakes, IntegrityError) as problem:
        return _new(form.typed(request.form), _words(problem)), 422
    flash(f"{made.text} is saved.")
    return redirect(url_for("plate.page"))


@blueprint.get("/plates/<uuid:plate_id>")
def edit(plate_id: UUID) -> str:
    """One plate: its newest picture, what is known of it, when it came."""
    with gallery().engine.connect() as connection:
        card = plate.card(connection, str(plate_id)) or abort(404)
        return _edit(connection, card, card.plate.__dict__, {})


@blueprint.post("/plates/<uuid:plate_id>", endpoint="save")
def save(plate_id: UUID) -> Answer:
    """Changes the plate, and writes who did."""
    try:
        wanted = form.read(request.form)
        changed = _change(str(plate_id), wanted)
    except (Mistakes, IntegrityError) as problem:
        with gallery().engine.connect() as connection:
            card = plate.card(connection, str(plate_id)) or abort(404)
            return _edit(connection, card, form.typed(request.form), _words(problem)), 422
    flash(f"{wanted['text']} is saved." if changed else "Nothing was different, so nothing was changed.")
    return redirect(url_for("plate.page"))


def _change(plate_id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    home = gallery()
    with home.engine.begin() as connection:
        found = plate.lock(connection, plate_id) or abort(404)
        changed = {name: value for name, value in wanted.items() if value != getattr(found, name)}
        if changed:
            before = {name: getattr(found, name) for name in changed}
            plate.change(connection, plate_id, **changed)
            audit.write(connection, home.now(), current_user.id, Change(ACTION, plate_id, before, changed))
    return changed


def _words(problem: Mistakes | IntegrityError) -> Mapping[str, str]:
    return (problem if isinstance(problem, Mistakes) else form.TAKEN).by_field


def _new(values: Mapping[str, Any], mistakes: Mapping[str, str]) -> str:
    return render_template(
        "plate/edit.html", card=None, values=values, mistakes=mistakes, standings=form.STANDINGS, texts=form.TEXTS
    )


def _edit(connection: Connection, card: Card, values: Mapping[str, Any], mistakes: Mapping[str, str]) -> str:
    return render_template(
        "plate/edit.html",
        card=card,
        values=values,
        mistakes=mistakes,
        standings=form.STANDINGS,
        texts=form.TEXTS,
        names={one.id: one.name for one in camera.all_cameras(connection)},
        pictures=plate.pictures(connection, card.plate.id, PICTURES_SHOWN),
        changes=audit.of(connection, ACTION, card.plate.id, CHANGES_SHOWN),
    )
