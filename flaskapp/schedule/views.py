"""`/schedules`, `/schedules/new` and `/schedules/<id>`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.schedule import change, form
from flaskapp.schedule.change import ACTION
from flaskapp.schedule.form import Typed
from flaskapp.week import DAYS, EMPTY_ROWS, Row
from services.core.ids import new_id
from services.store import audit, mode, schedule
from services.store.schedule import Schedule

CHANGES_SHOWN = 5
NEW = Typed("", True, "", "", (), ())
EMPTY_EXCEPTION = (Row("new-e", "", ""),)
Answer = str | tuple[str, int] | Response
blueprint = Blueprint("schedule", __name__)


@dataclass
class Users:
    """The names of what goes by a schedule."""

    cameras: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@blueprint.get("/schedules")
def page() -> str:
    """A card a schedule: its windows in words, its mode, and the cameras that alert by it."""
    with gallery().engine.connect() as connection:
        schedules, users = schedule.all_schedules(connection), _users(connection)
        names = {one.id: one.name for one in mode.all_modes(connection)}
    return render_template("schedule/page.html", schedules=schedules, users=users, names=names, days=DAYS)


@blueprint.get("/schedules/new")
def new() -> str:
    """An empty editor."""
    return _edit(None, NEW, {})


@blueprint.post("/schedules/new", endpoint="add")
def add() -> Answer:
    """Enters it, and writes who did."""
    return _save(None)


@blueprint.get("/schedules/<uuid:schedule_id>")
def edit(schedule_id: UUID) -> str:
    """The editor of one schedule."""
    found = _find(str(schedule_id))
    return _edit(found, form.shown(found), {})


@blueprint.post("/schedules/<uuid:schedule_id>", endpoint="save")
def save(schedule_id: UUID) -> Answer:
    """Changes it, and writes who did."""
    return _save(_find(str(schedule_id)))


@blueprint.post("/schedules/<uuid:schedule_id>/remove", endpoint="remove")
def remove(schedule_id: UUID) -> Response:
    """Deletes it; what was held to it is held to no time."""
    with gallery().engine.begin() as connection:
        found = schedule.find(connection, str(schedule_id)) or abort(404)
        change.remove(connection, current_user, found)
    for noun in ("cameras", "devices", "links", "schedules"):
        gallery().ring_changed(noun)
    flash(f"{found.name} is deleted.")
    return redirect(url_for("schedule.page"))


def _find(schedule_id: str) -> Schedule:
    with gallery().engine.connect() as connection:
        return schedule.find(connection, schedule_id) or abort(404)


def _save(found: Schedule | None) -> Answer:
    sent = form.typed(request.form)
    try:
        wanted = form.read(sent, found.id if found else new_id(), _modes(), gallery().has_place())
        _write(found, wanted)
    except Mistakes as mistakes:
        return _edit(found, sent, mistakes.by_field), 422
    except IntegrityError:
        return _edit(found, sent, form.TAKEN.by_field), 422
    gallery().ring_changed("schedules")
    flash(f"{wanted.name} is saved.")
    return redirect(url_for("schedule.page"))


def _write(found: Schedule | None, wanted: Schedule) -> None:
    with gallery().engine.begin() as connection:
        change.save(connection, current_user, found, wanted)


def _edit(found: Schedule | None, values: Typed, mistakes: Mapping[str, str]) -> str:
    with gallery().engine.connect() as connection:
        modes = mode.all_modes(connection)
        users = _users(connection)[found.id] if found else Users()
        changes = audit.of(connection, ACTION, found.id, CHANGES_SHOWN) if found else []
    return render_template(
        "schedule/edit.html",
        schedule=found,
        values=values,
        mistakes=mistakes,
        modes=modes,
        users=users,
        changes=changes,
        days=DAYS,
        rows=(*values.windows, *EMPTY_ROWS),
        exceptions=(*values.exceptions, *EMPTY_EXCEPTION),
    )


def _users(connection: Connection) -> Mapping[str, Users]:
    """What goes by each schedule, by its id; nothing for one that nothing goes by."""
    found: dict[str, Users] = defaultdict(Users)
    for one in schedule.users(connection):
        getattr(found[one.schedule_id], one.noun).append(one.name)
    return found


def _modes() -> list[str]:
    with gallery().engine.connect() as connection:
        return [one.id for one in mode.all_modes(connection)]
