"""`/recordings`, a camera's day, one recording and its files."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from flaskapp import undo
from flaskapp.gallery import gallery
from flaskapp.paging import wanted_day, wanted_place
from flaskapp.recording import change, cut, day, films
from flaskapp.zone import days
from services.store import access, camera, recording, removal
from services.store.clip import Clip
from services.store.segment import Segment

CLIPS = 24
LISTED = 500
"""Segments of a day that are listed; the strip has all."""
DAYS = 7
TOO_LATE = "That cannot be taken back any more: its files are gone."
BECAUSE = {
    "motion": "Motion",
    "sighting": "Somebody or something came",
    "rule": "A rule asked for it",
    "asked": "Somebody asked for it",
    "sent": "Sent by the camera",
    "motion_program": "From the program Motion",
}
Table = Mapping[date, Mapping[str, recording.Amount]]
"""What there is, by day and by the camera's id."""
blueprint = Blueprint("recording", __name__)
blueprint.register_blueprint(cut.blueprint)
blueprint.add_app_template_filter(BECAUSE.__getitem__, "because")


@blueprint.get("/recordings")
def page() -> str:
    """Days and cameras that have something, and the clips, newest first; with `before`, only clips after that place."""
    home, before = gallery(), wanted_place()
    chosen = {"camera": request.args.get("camera") or None, "kept": request.args.get("kept") or None}
    with home.engine.connect() as connection:
        clips = recording.older_clips(connection, chosen["camera"], bool(chosen["kept"]), before, CLIPS)
        cameras = camera.all_cameras(connection)
        table, earlier = ({}, None) if before else _days(connection)
    return render_template(
        "recording/more.html" if before else "recording/page.html",
        clips=clips,
        cameras=cameras,
        names={one.id: one.name for one in cameras},
        table=table,
        chosen=chosen,
        until=request.args.get("until"),
        earlier=earlier,
        today=home.zone.day_of(home.now()),
        next=clips[-1].place if len(clips) == CLIPS else None,
    )


def _days(connection: Connection) -> tuple[Table, date | None]:
    """The newest days up to `?until=` on which anything was recorded or cut, and the newest one before those."""
    zone, today = gallery().zone, gallery().zone.day_of(gallery().now())
    last = min(wanted_day(request.args["until"]) if request.args.get("until") else today, today)
    newest = recording.newest(connection, zone.bounds(last)[1])
    if newest is None:
        return {}, None
    listed = list(days(zone.day_of(newest), -1, DAYS))
    found = {one: recording.amounts(connection, *zone.bounds(one)) for one in listed}
    before = recording.newest(connection, zone.bounds(listed[-1])[0])
    return {one: some for one, some in found.items() if some}, zone.day_of(before) if before else None


@blueprint.get("/recordings/<camera_id>/<on>")
def of_day(camera_id: str, on: str) -> str:
    """The day as a strip, a player, and lists that lead to the same; `?play=` is what is in the player."""
    home, wanted = gallery(), wanted_day(on)
    with home.engine.connect() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        shown = day.read(connection, found, wanted, home.now(), home.zone, access.is_recorded(connection, camera_id))
        gone = removal.find(connection, request.args.get("removed", ""))
        cameras = camera.all_cameras(connection)
    playing = _playing(shown, request.args.get("play"))
    earlier, later = day.beside(wanted, home.zone.day_of(home.now()))
    return render_template(
        "recording/day.html",
        camera=found,
        cameras=cameras,
        shown=shown,
        playing=playing,
        cut_at=f"{home.zone.local(playing.began_at):%H:%M:%S}" if playing and playing.began_at else None,
        earlier=earlier,
        later=later,
        gone=gone,
        undo_s=undo.left_of(gone, home.now()),
        hours=shown.day.hours(home.zone),
        listed=LISTED,
    )


def _playing(shown: day.Shown, chosen: str | None) -> Segment | Clip | None:
    """What was chosen, else the newest clip that can be played, else the newest segment."""
    every: list[Segment | Clip] = [*shown.segments, *(one for one in shown.clips if one.path)]
    return next((one for one in every if one.id == chosen), every[-1] if every else None)


@blueprint.get("/recording/<uuid:recording_id>")
def one(recording_id: UUID) -> str:
    """One segment or clip: player, times, and what can be done with it."""
    with gallery().engine.connect() as connection:
        found = recording.find(connection, str(recording_id)) or abort(404)
        its = camera.find(connection, found.camera_id)
    return render_template("recording/one.html", one=found, camera=its, on=_on(found))


@blueprint.get("/recording/<uuid:recording_id>/remove")
def ask(recording_id: UUID) -> str:
    """What goes with it; nothing is changed yet."""
    with gallery().engine.connect() as connection:
        found = recording.find(connection, str(recording_id)) or abort(404)
        its = camera.find(connection, found.camera_id)
    return render_template("recording/remove.html", one=found, camera=its, on=_on(found))


@blueprint.get("/recording/<uuid:recording_id>/file")
def file(recording_id: UUID) -> Response:
    """As it was recorded."""
    return films.whole(_find(recording_id))


@blueprint.get("/recording/<uuid:recording_id>/preview")
def preview(recording_id: UUID) -> Response:
    """Its small copy."""
    return films.preview(_find(recording_id))


@blueprint.get("/recording/<uuid:recording_id>/thumbnail")
def thumbnail(recording_id: UUID) -> Response:
    """Its small picture."""
    return films.thumbnail(_find(recording_id))


def _find(recording_id: UUID) -> Segment | Clip:
    with gallery().engine.connect() as connection:
        return recording.find(connection, str(recording_id)) or abort(404)


@blueprint.post("/recording/<uuid:recording_id>/keep")
def keep(recording_id: UUID) -> AnyResponse:
    """Keeps it for ever, or no longer."""
    kept = request.form.get("kept") == "1"
    if not change.keep(gallery().engine, str(recording_id), kept, current_user.id, gallery().now()):
        abort(404)
    flash("It is kept for ever." if kept else "It is kept only as long as others are.")
    return redirect(url_for(".one", recording_id=recording_id))


@blueprint.post("/recording/<uuid:recording_id>/remove", endpoint="remove")
def remove(recording_id: UUID) -> AnyResponse:
    """Puts it out of sight; the day's page offers to take that back."""
    found = change.remove(gallery().engine, str(recording_id), current_user.id, gallery().now()) or abort(404)
    return redirect(url_for(".of_day", camera_id=found.camera_id, on=_on(found), removed=found.id))


@blueprint.post("/recording/<uuid:recording_id>/restore")
def restore(recording_id: UUID) -> AnyResponse:
    """Takes a deletion back, shortly after it was asked for."""
    found = change.restore(gallery().engine, str(recording_id), current_user.id, gallery().now())
    if found is None:
        flash(TOO_LATE)
        return redirect(url_for(".page"))
    return redirect(url_for(".of_day", camera_id=found.camera_id, on=_on(found), play=found.id))


def _on(one: Segment | Clip) -> str:
    """The day that it is listed on, as its page's address has it."""
    moment = one.from_at if isinstance(one, Clip) else one.began_at
    return gallery().zone.day_of(moment).isoformat()
