"""`/cameras` and `/cameras/<id>`."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from flaskapp.camera import access as access_views
from flaskapp.camera import cadence, change, form, labels, seeing
from flaskapp.camera.reach_words import standing, unwell
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.recording import day
from services.store import access, album, audit, camera, mode, reach, schedule
from services.store.camera import Camera
from services.store.wanted import EVER, Wanted

CHANGES_SHOWN = 5
blueprint = Blueprint("camera", __name__)
blueprint.register_blueprint(seeing.blueprint)
blueprint.register_blueprint(access_views.blueprint)


@blueprint.get("/cameras")
def page() -> str:
    """A card a camera, with its newest picture and its plan."""
    with gallery().engine.connect() as connection:
        cameras = camera.all_cameras(connection)
        newest = album.newest_of_each_camera(connection)
        wrong = unwell(reach.all_reaches(connection).values())
        recorded = access.recorded(connection)
    return render_template("camera/page.html", cameras=cameras, newest=newest, wrong=wrong, recorded=recorded)


@blueprint.get("/cameras/<camera_id>")
def edit(camera_id: str) -> str:
    """One camera's settings."""
    with gallery().engine.connect() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        return _edit(connection, found, found.__dict__, {})


def _edit(connection: Connection, found: Camera, values: Mapping[str, Any], mistakes: Mapping[str, str]) -> str:
    seen = album.labels(connection)
    return render_template(
        "camera/edit.html",
        camera=found,
        values=values,
        mistakes=mistakes,
        groups=labels.groups([*seen, *(found.labels or []), *found.alert_labels]),
        common=labels.COMMON,
        newest=album.newest_of_each_camera(connection).get(found.id),
        changes=audit.of(connection, change.UPDATE, found.id, CHANGES_SHOWN),
        modes=mode.all_modes(connection),
        schedules=schedule.all_schedules(connection),
        access=access.find(connection, found.id),
        reached=[standing(one) for one in reach.of(connection, found.id)],
        **_condition(connection, found),
    )


def _condition(connection: Connection, found: Camera) -> dict[str, Any]:
    """How it does: how often it sends, and its day so far."""
    home, now = gallery(), gallery().now()
    newest = album.older(connection, Wanted(camera_id=found.id), [EVER], None, cadence.SHOWN)
    limit_s = found.silent_after_s or home.settings.hub_patience_minutes * 60
    records = access.is_recorded(connection, found.id)
    shown = day.read(connection, found, home.zone.day_of(now), now, home.zone, records)
    return {
        "cadence": cadence.of([one.captured_at for one in newest], now, limit_s),
        "shown": shown,
        "hours": shown.day.hours(home.zone),
    }


def _choices(connection: Connection) -> tuple[list[str], list[str]]:
    """The ids of all modes and of all schedules."""
    modes, schedules = mode.all_modes(connection), schedule.all_schedules(connection)
    return [one.id for one in modes], [one.id for one in schedules]


@blueprint.post("/cameras/<camera_id>", endpoint="save")
def save(camera_id: str) -> Response | tuple[str, int]:
    """Changes the camera, writes who did it, and tells scribe, all of which flows see at once."""
    home = gallery()
    with home.engine.begin() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        try:
            wanted = form.read(request.form, *_choices(connection))
        except Mistakes as mistakes:
            return _edit(connection, found, _typed(), mistakes.by_field), 422
        changed = change.change(connection, current_user, change.UPDATE, found, wanted)
    if changed:
        home.ring_changed(change.NOUN)
    flash(f"{wanted['name']} is saved." if changed else "Nothing was different, so nothing was changed.")
    return redirect(url_for("camera.page"))


def _typed() -> dict[str, Any]:
    """What was typed, so that nobody has to type it again."""
    sent = request.form
    return {
        "name": sent.get("name", ""),
        "plan": sent.get("plan", ""),
        "min_score": sent.get("min_score", 0.0, type=float) / 100,
        "labels": None if sent.get("look_for") != "chosen" else sent.getlist("labels"),
        "alert_labels": sent.getlist("alert_labels"),
        "alert_modes": form.alert_modes(sent),
        "schedule_id": sent.get("schedule_id"),
        "entry": "entry" in sent,
    }
