"""`/devices`, `/devices/<id>` and `/devices/<id>/forget`."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp import words
from flaskapp.device import form
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.core.device_words import state_word
from services.store import audit, device, forgetting
from services.store.audit import Change
from services.store.device import Device

UPDATE = "device.update"
EVENTS_COUNTED = 10_000
blueprint = Blueprint("device", __name__)


@blueprint.get("/devices")
def page() -> str:
    """A card a device, new ones first."""
    return _page(None, {}, {})


@blueprint.post("/devices/<device_id>", endpoint="save")
def save(device_id: str) -> Response | tuple[str, int]:
    """Changes the device, writes who did it, and tells scribe, all of which flows see at once."""
    try:
        wanted = form.read(request.form)
    except Mistakes as mistakes:
        return _page(device_id, form.typed(request.form), mistakes.by_field), 422
    found = _change(device_id, wanted)
    gallery().ring_changed("devices")
    flash(f"{wanted['name'] or found.called} is saved.")
    return redirect(url_for("device.page", _anchor=f"device-{device_id}"))


@blueprint.get("/devices/<device_id>/forget", endpoint="ask")
def ask(device_id: str) -> str:
    """What would go with the device."""
    with gallery().engine.connect() as connection:
        found = device.find(connection, device_id) or abort(404)
        count = device.events(connection, device_id, EVENTS_COUNTED)
    return render_template("device/forget.html", device=found, count=count, most=EVENTS_COUNTED)


@blueprint.post("/devices/<device_id>/forget", endpoint="forget")
def forget(device_id: str) -> Response:
    """Puts the device out of sight; scribe deletes it with its events, and writes who wanted it."""
    home = gallery()
    with home.engine.begin() as connection:
        found = device.lock(connection, device_id) or abort(404)
        forgetting.begin(connection, device_id, current_user.id, home.now())
    home.ring_changed("devices")
    flash(f"{found.shown_name} is forgotten.")
    return redirect(url_for("device.page"))


def _page(open_id: str | None, values: Mapping[str, Any], mistakes: Mapping[str, str]) -> str:
    with gallery().engine.connect() as connection:
        devices = device.all_devices(connection)
    if open_id is not None and open_id not in {one.id for one in devices}:
        abort(404)
    now = gallery().now()
    return render_template(
        "device/page.html",
        devices=devices,
        values={one.id: values if one.id == open_id else form.present(one) for one in devices},
        open_id=open_id,
        mistakes=mistakes,
        groups=sorted({one.group_name for one in devices if one.group_name}),
        silent={one.id: words.lasting((now - one.last_seen_at).total_seconds()) for one in devices if one.stale_since},
        state_word=state_word,
        lengths=form.TEXTS,
        base=gallery().settings.mqtt_base_topic,
    )


def _change(device_id: str, wanted: Mapping[str, Any]) -> Device:
    home = gallery()
    with home.engine.begin() as connection:
        found = device.lock(connection, device_id) or abort(404)
        changed = {name: value for name, value in wanted.items() if value != getattr(found, name)}
        before = {name: getattr(found, name) for name in changed}
        if found.is_new:
            before, after = before | {"confirmed": False}, changed | {"confirmed": True}
            device.change(connection, device_id, confirmed_at=home.now(), **changed)
        else:
            after = changed
            if changed:
                device.change(connection, device_id, **changed)
        if after:
            audit.write(connection, home.now(), current_user.id, Change(UPDATE, device_id, before, after))
    return found
