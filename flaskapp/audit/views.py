"""`/audit`, for owners."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection

from flaskapp.audit import words
from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from services.store import audit, camera, device, link, mode, person, schedule, user

PAGE = 50
blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
def page() -> str:
    """One row a change, newest first; with `before`, only what follows that place."""
    before, chosen = wanted_place(), request.args.get("kind") or None
    with gallery().engine.connect() as connection:
        try:
            noted = audit.older(connection, chosen, before, PAGE)
        except ValueError:
            abort(400)
        names, kinds = _names(connection), audit.kinds(connection)
    return render_template(
        "audit/more.html" if before else "audit/page.html",
        noted=noted,
        names=names,
        kinds=kinds,
        chosen=chosen,
        words=words,
        next=noted[-1].place if len(noted) == PAGE else None,
    )


def _names(connection: Connection) -> Mapping[str, Mapping[str, str]]:
    """What things are called today: by kind, then by id."""
    devices = {one.id: one.shown_name for one in device.all_devices(connection)}
    return {
        "camera": {one.id: one.name for one in camera.all_cameras(connection)},
        "device": devices,
        "link": {one.id: one.name for one in link.all_links(connection)},
        "meter": devices,
        "mode": {one.id: one.name for one in mode.all_modes(connection)},
        "output": devices,
        "person": {one.id: one.name for one in person.all_people(connection)},
        "schedule": {one.id: one.name for one in schedule.all_schedules(connection)},
        "user": {one.id: one.name for one in user.all_users(connection)},
    }
