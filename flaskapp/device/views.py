"""`/devices`, `/devices/<id>` and `/devices/<id>/forget`."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp.device import cards, change, form, group, switching
from flaskapp.device.cards import Open
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.store import device, forgetting, link, schedule

EVENTS_COUNTED = 10_000
blueprint = Blueprint("device", __name__)
blueprint.register_blueprint(switching.blueprint)
blueprint.register_blueprint(group.blueprint)


@blueprint.get("/devices")
def page() -> str:
    """A card a device, new ones first."""
    return cards.render()


@blueprint.post("/devices/<device_id>", endpoint="save")
def save(device_id: str) -> Response | tuple[str, int]:
    """Changes the device, writes who did it, and tells scribe, all of which flows see at once."""
    try:
        name = _save(device_id)
    except Mistakes as mistakes:
        return cards.render(Open(device_id, form.typed(request.form), mistakes.by_field)), 422
    gallery().ring_changed(change.NOUN)
    flash(f"{name} is saved.")
    return redirect(url_for("device.page", _anchor=f"device-{device_id}"))


@blueprint.get("/devices/<device_id>/forget", endpoint="ask")
def ask(device_id: str) -> str:
    """What would go with the device."""
    with gallery().engine.connect() as connection:
        found = device.find(connection, device_id) or abort(404)
        count = device.events(connection, device_id, EVENTS_COUNTED)
        rules = link.of_device(connection, device_id)
    return render_template("device/forget.html", device=found, count=count, most=EVENTS_COUNTED, rules=rules)


@blueprint.post("/devices/<device_id>/forget", endpoint="forget")
def forget(device_id: str) -> Response:
    """Puts the device out of sight; scribe deletes it with its events, and writes who wanted it."""
    home = gallery()
    with home.engine.begin() as connection:
        found = device.lock(connection, device_id) or abort(404)
        forgetting.begin(connection, device_id, current_user.id, home.now())
    home.ring_changed(change.NOUN)
    flash(f"{found.shown_name} is forgotten.")
    return redirect(url_for("device.page"))


def _save(device_id: str) -> str:
    """What the device is called from now on. Raises `Mistakes`."""
    with gallery().engine.begin() as connection:
        found = device.lock(connection, device_id) or abort(404)
        wanted = form.read(request.form, found, [one.id for one in schedule.all_schedules(connection)])
        change.change(connection, current_user, found, wanted)
    return str(wanted["name"] or found.called)
