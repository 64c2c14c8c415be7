"""`/people`, `/people/new`, `/people/<id>`, and what is done with one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.camera import labels
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.person import access, change, channel_form, form, pause, words
from flaskapp.person.change import ACTION
from flaskapp.person.form import Options, Typed
from flaskapp.person.words import Standing
from flaskapp.text import in_words
from flaskapp.week import DAYS, EMPTY_ROWS
from services.core.ids import new_id
from services.store import alert_log, audit, camera, channel, mode, person, user, zone
from services.store.channel import Channel
from services.store.person import NOUN, Person

CHANGES_SHOWN = 5
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("person", __name__)


@blueprint.get("/people")
def page() -> str:
    """A card a person: of what they are told, when, through what, and whether that works."""
    now = gallery().now()
    with gallery().engine.connect() as connection:
        people = person.all_people(connection)
        channels = channel.all_channels(connection)
        ways = {one.id: standings(connection, channels.get(one.id, [])) for one in people}
        cameras, modes = _cameras(connection), _modes(connection)
    return render_template(
        "person/page.html",
        people=people,
        ways=ways,
        cameras=cameras,
        modes=modes,
        words=words,
        kinds=channel_form.KINDS,
        spans=pause.SPANS,
        muted={one.id for one in people if one.is_muted(now)},
        mine={one.id for one in people if access.may_change(one)},
    )


@blueprint.get("/people/new")
def new() -> str:
    """An empty editor."""
    return edit_page(None, Typed())


@blueprint.post("/people/new", endpoint="add")
def add() -> Answer:
    """Enters somebody, and writes who did; their channels come next."""
    sent = form.typed(request.form)
    try:
        wanted = _read(sent, None)
        made = Person(id=new_id(), muted_until=None, created_at=gallery().now(), **wanted)
        with gallery().engine.begin() as connection:
            change.add(connection, current_user, made)
    except (Mistakes, IntegrityError) as problem:
        return edit_page(None, sent, _words(problem)), 422
    gallery().ring_changed(NOUN)
    flash(f"{made.name} is saved. Now enter how to reach {made.name}.")
    return redirect(url_for("person.edit", person_id=made.id, _anchor="channels"))


@blueprint.get("/people/<uuid:person_id>")
def edit(person_id: UUID) -> str:
    """The editor of one person, and their channels."""
    found = _find(str(person_id))
    return edit_page(found, form.shown(found))


@blueprint.post("/people/<uuid:person_id>", endpoint="save")
def save(person_id: UUID) -> Answer:
    """Changes somebody, and writes who did. Whose account it is only an owner says."""
    found, sent = _find(str(person_id)), form.typed(request.form)
    if not current_user.owner:
        sent = replace(sent, user_id=found.user_id or "")
    try:
        wanted = _read(sent, found)
        with gallery().engine.begin() as connection:
            before = access.to_change(connection, found.id)
            change.replace(connection, current_user, before, replace(before, **wanted))
    except (Mistakes, IntegrityError) as problem:
        if not access.may_change(found):
            abort(403)
        return edit_page(found, sent, _words(problem)), 422
    gallery().ring_changed(NOUN)
    flash(f"{sent.name} is saved.")
    return redirect(url_for("person.page", _anchor=f"person-{found.id}"))


@blueprint.get("/people/<uuid:person_id>/remove", endpoint="ask")
def ask(person_id: UUID) -> str:
    """What would go with somebody."""
    found = _find(str(person_id))
    with gallery().engine.connect() as connection:
        ways, kept = channel.of(connection, found.id), alert_log.kept_back(connection, found.id)
    return render_template("person/remove.html", one=found, ways=ways, kept=kept, kinds=channel_form.KINDS)


@blueprint.post("/people/<uuid:person_id>/remove", endpoint="remove")
def remove(person_id: UUID) -> Response:
    """Removes somebody with their channels; what they were told stays, by their name."""
    with gallery().engine.begin() as connection:
        found = access.to_change(connection, str(person_id))
        change.remove(connection, current_user, found)
    gallery().ring_changed(NOUN)
    flash(f"{found.name} is removed.")
    return redirect(url_for("person.page"))


@blueprint.post("/people/<uuid:person_id>/mute", endpoint="mute")
def mute(person_id: UUID) -> Response:
    """Tells them nothing for a while, or again."""
    home = gallery()
    try:
        until = pause.until(request.form.get("span", ""), home.now(), home.zone)
    except KeyError:
        abort(400)
    with home.engine.begin() as connection:
        found = access.to_change(connection, str(person_id))
        pause.write(connection, found, until, home.now(), current_user.id)
    home.ring_changed(NOUN)
    flash(f"{found.name} is muted until {in_words(until)}." if until else f"{found.name} is told again.")
    return redirect(url_for("person.page", _anchor=f"person-{found.id}"))


def edit_page(
    found: Person | None,
    values: Typed,
    mistakes: Mapping[str, str] | None = None,
    way: channel_form.Typed | None = None,
) -> str:
    """The editor with what was typed and what is wrong with it; `way` is what was typed for a channel."""
    with gallery().engine.connect() as connection:
        options = _options(connection, found)
        ways = standings(connection, channel.of(connection, found.id)) if found else []
        changes = audit.of(connection, ACTION, found.id, CHANGES_SHOWN) if found else []
    return render_template(
        "person/edit.html",
        one=found,
        values=values,
        mistakes=mistakes or {},
        options=options,
        happenings=words.CHOICES,
        scopes=form.SCOPES,
        ways=ways,
        way=way or channel_form.Typed(),
        kinds=channel_form.KINDS,
        choices=channel_form.kinds_for(current_user.owner),
        changes=changes,
        smtp=gallery().settings.smtp_host is not None,
        days=DAYS,
        rows=(*values.quiet, *EMPTY_ROWS),
        may=access.may_change(found) if found else bool(current_user.owner),
    )


def standings(connection: Connection, ways: Sequence[Channel]) -> list[Standing]:
    """How these channels stand, in their order."""
    ids = [one.id for one in ways]
    last, trying = alert_log.last_tries(connection, ids), alert_log.tried_now(connection, ids)
    return [words.standing(one, last.get(one.id), one.id in trying) for one in ways]


def _find(person_id: str) -> Person:
    with gallery().engine.connect() as connection:
        return person.find(connection, person_id) or abort(404)


def _read(sent: Typed, found: Person | None) -> dict[str, Any]:
    with gallery().engine.connect() as connection:
        options = _options(connection, found)
    return form.read(sent, options, gallery().has_place())


def _options(connection: Connection, found: Person | None) -> Options:
    """What there is to choose from, and what was chosen before."""
    cameras = camera.all_cameras(connection)
    alerting = [label for one in cameras for label in one.alert_labels]
    common = [label for group in labels.COMMON for label in labels.GROUPS[group]]
    zones = {name for names in zone.names(connection).values() for name in names}
    return Options(
        cameras=_cameras(connection),
        labels=_same([*dict.fromkeys([*sorted(alerting), *common]), *_before(found, "labels", "breaks_through")]),
        zones=_same([*sorted(zones), *_before(found, "zones")]),
        modes=_modes(connection),
        users={one.id: one.name for one in user.all_users(connection)},
    )


def _before(found: Person | None, *scopes: str) -> list[str]:
    chosen = [one for scope in scopes for one in (getattr(found, scope) or [])] if found else []
    return [one for one in chosen if one not in words.CHOICES and one != words.PLATE_DENY]


def _same(names: Sequence[str]) -> dict[str, str]:
    return {name: name for name in names}


def _cameras(connection: Connection) -> dict[str, str]:
    return {one.id: one.name for one in camera.all_cameras(connection)}


def _modes(connection: Connection) -> dict[str, str]:
    return {one.id: one.name for one in mode.all_modes(connection)}


def _words(problem: Mistakes | IntegrityError) -> Mapping[str, str]:
    return (problem if isinstance(problem, Mistakes) else form.TAKEN).by_field
