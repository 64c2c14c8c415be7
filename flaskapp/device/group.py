"""`/device-groups/schedule`: when rules use the devices of a group."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from flaskapp.device import change, form
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.store import audit, device, device_group, schedule
from services.store.audit import Change

ACTION = "device_group.update"
blueprint = Blueprint("group", __name__)


def names(connection: Connection) -> list[str]:
    """Every group that a device is in, or that goes by a schedule."""
    in_use = {one.group_name for one in device.all_devices(connection) if one.group_name}
    return sorted(in_use | set(device_group.schedules(connection)))


def put(connection: Connection, by: Person, name: str, schedule_id: str | None) -> bool:
    """Lets a group go by a schedule, or by none, and writes who did; whether that was different."""
    before = device_group.schedules(connection).get(name)
    if before == schedule_id:
        return False
    device_group.put(connection, name, schedule_id)
    was, becomes = ({"schedule_id": one} for one in (before, schedule_id))
    audit.write(connection, gallery().now(), by.id, Change(ACTION, name, was, becomes))
    return True


@blueprint.post("/device-groups/schedule", endpoint="schedule")
def save() -> Response:
    """Lets a group go by the schedule that was chosen."""
    name, schedule_id = request.form.get("group", ""), request.form.get("schedule_id") or None
    with gallery().engine.begin() as connection:
        if name not in names(connection):
            abort(404)
        is_there = schedule_id is None or schedule.find(connection, schedule_id) is not None
        changed = is_there and put(connection, current_user, name, schedule_id)
    if changed:
        gallery().ring_changed(change.NOUN)
    flash(f"{name} is saved." if is_there else form.GONE)
    return redirect(url_for("device.page", _anchor="groups-by-schedule"))
