"""What is done with a person's channels: entered, tried, put into another order, switched off, removed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.person import access, channel_form, form
from flaskapp.person.views import edit_page, standings
from services.core.ids import new_id
from services.store import audit, channel, person, trial
from services.store.audit import Change
from services.store.channel import Channel
from services.store.person import NOUN, Person

ACTION = "channel.update"
CHANNELS_MAX = 10
FULL = f"{CHANNELS_MAX} channels are enough: remove one first."
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("channel", __name__, url_prefix="/people/<uuid:person_id>/channels")


@blueprint.post("", endpoint="add")
def add(person_id: UUID) -> Answer:
    """Enters a channel behind the others, writes who did, and tries it at once."""
    sent = channel_form.typed(request.form)
    with gallery().engine.begin() as connection:
        found = access.to_change(connection, str(person_id))
        try:
            made = _made(connection, found, sent)
        except Mistakes as mistakes:
            return edit_page(found, form.shown(found), mistakes.by_field, sent), 422
        _write(connection, made.id, None, made)
        trial.begin(connection, made, found.name, gallery().now())
    gallery().ring_changed(NOUN)
    flash("The channel is saved, and a test is on its way.")
    return _back(found)


@blueprint.post("/<uuid:channel_id>/test", endpoint="test")
def test(person_id: UUID, channel_id: UUID) -> Response:
    """Sends a real message through it."""
    with _one(person_id, channel_id) as (connection, found, one):
        trial.begin(connection, one, found.name, gallery().now())
    flash("A test is on its way.")
    return _back(found)


@blueprint.post("/<uuid:channel_id>/switch", endpoint="switch")
def switch(person_id: UUID, channel_id: UUID) -> Response:
    """Switches it off or on."""
    with _one(person_id, channel_id) as (connection, found, one):
        after = replace(one, enabled=not one.enabled)
        channel.change(connection, after)
        _write(connection, one.id, one, after)
    return _back(found)


@blueprint.post("/<uuid:channel_id>/earlier", endpoint="earlier")
def earlier(person_id: UUID, channel_id: UUID) -> Response:
    """Puts it before the one before it."""
    with _one(person_id, channel_id) as (connection, found, one):
        order = [each.id for each in channel.of(connection, found.id)]
        place = order.index(one.id)
        if place:
            order[place - 1], order[place] = order[place], order[place - 1]
            channel.reorder(connection, found.id, order)
            _write(connection, one.id, one, replace(one, place=place - 1))
    return _back(found)


@blueprint.post("/<uuid:channel_id>/remove", endpoint="remove")
def remove(person_id: UUID, channel_id: UUID) -> Response:
    """Deletes it."""
    with _one(person_id, channel_id) as (connection, found, one):
        channel.remove(connection, one.id)
        _write(connection, one.id, one, None)
    flash(f"{channel_form.KINDS[one.kind].name} {one.shown} is removed.")
    return _back(found)


@blueprint.get("/<uuid:channel_id>/state", endpoint="state")
def state(person_id: UUID, channel_id: UUID) -> str:
    """How it stands, as a part of the page; asked for again while it is being tried."""
    with gallery().engine.begin() as connection:
        found = person.find(connection, str(person_id)) or abort(404)
        one = _of(connection, found, str(channel_id))
        (standing,) = standings(connection, [one])
    return render_template("person/state.html", way=standing, one=found)


@contextmanager
def _one(person_id: UUID, channel_id: UUID) -> Iterator[tuple[Connection, Person, Channel]]:
    """A transaction on a channel of somebody whom one may change; flows are told afterwards."""
    with gallery().engine.begin() as connection:
        found = access.to_change(connection, str(person_id))
        yield connection, found, _of(connection, found, str(channel_id))
    gallery().ring_changed(NOUN)


def _of(connection: Connection, found: Person, channel_id: str) -> Channel:
    one = channel.find(connection, channel_id)
    return one if one and one.person_id == found.id else abort(404)


def _made(connection: Connection, found: Person, sent: channel_form.Typed) -> Channel:
    shown = channel_form.read(sent, current_user.owner)
    if len(channel.of(connection, found.id)) >= CHANNELS_MAX:
        raise Mistakes({"address": FULL})
    now = gallery().now()
    return channel.add(
        connection, Channel(new_id(), found.id, 0, sent.kind, sent.address, shown, True, None, None, now)
    )


def _write(connection: Connection, channel_id: str, before: Channel | None, after: Channel | None) -> None:
    """Never an address: only what pages show of it."""
    change = Change(ACTION, channel_id, before.told() if before else None, after.told() if after else None)
    audit.write(connection, gallery().now(), current_user.id, change)


def _back(found: Person) -> Response:
    return redirect(url_for("person.edit", person_id=found.id, _anchor="channels"))
