"""`/uploads`: what cameras have sent that is neither picture nor film."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp import undo
from flaskapp.gallery import gallery
from services.core.clock import from_rfc3339, to_rfc3339
from services.core.media import MediaError
from services.store import audit, camera, removal, upload
from services.store.audit import Change
from services.store.upload import Upload, Wanted

PAGE = 50
TOO_LATE = "It is too late: that file is deleted."
blueprint = Blueprint("upload", __name__)


@blueprint.get("/uploads")
def page() -> str:
    """The newest first; narrowed by camera, sender or day."""
    wanted = _wanted()
    with gallery().engine.connect() as connection:
        found = upload.page(connection, wanted, PAGE)
        senders = upload.senders(connection)
        names = {one.id: one.name for one in camera.all_cameras(connection)}
        gone = removal.find(connection, request.args.get("removed", ""))
    return render_template(
        "upload/page.html",
        uploads=found,
        senders=senders,
        names=names,
        chosen=request.args.get("sender", ""),
        day=request.args.get("day", ""),
        gone=gone,
        undo_s=undo.left_of(gone, gallery().now()),
        camera=request.args.get("camera", ""),
        next=_place(found[-1]) if len(found) == PAGE else None,
    )


@blueprint.get("/uploads/<uuid:upload_id>")
def download(upload_id: UUID) -> Response:
    """The file, never shown in place: nobody knows what is in it."""
    home = gallery()
    with home.engine.connect() as connection:
        found = _known(connection, upload_id)
    try:
        path = home.media.path(found.path)
    except MediaError:
        abort(404)
    if not path.is_file():
        abort(404)
    name = found.name.rpartition("/")[2]
    answer = send_file(path, "application/octet-stream", as_attachment=True, download_name=name, etag=found.sha256)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post("/uploads/<uuid:upload_id>/remove", endpoint="remove")
def remove(upload_id: UUID) -> Response:
    """Puts one out of sight, to be deleted in a minute; the page offers to take that back."""
    home = gallery()
    try:
        with home.engine.begin() as connection:
            found = _known(connection, upload_id)
            removal.begin(connection, found, current_user.id, home.now())
            audit.write(connection, home.now(), current_user.id, Change("upload.remove", found.id, _told(found), None))
    except IntegrityError:
        abort(404)
    return redirect(url_for("upload.page", removed=found.id))


@blueprint.post("/uploads/<uuid:upload_id>/restore")
def restore(upload_id: UUID) -> Response:
    """Takes a deletion back, shortly after it was asked for."""
    home = gallery()
    with home.engine.begin() as connection:
        is_back = removal.take_back(connection, str(upload_id))
        if is_back:
            found = _known(connection, upload_id)
            audit.write(connection, home.now(), current_user.id, Change("upload.restore", found.id, None, _told(found)))
    if not is_back:
        flash(TOO_LATE)
    return redirect(url_for("upload.page"))


def _told(one: Upload) -> dict[str, object]:
    """What the audit says of it."""
    return {"name": one.name, "sender": one.sender, "bytes": one.bytes}


def _wanted() -> Wanted:
    asked = request.args
    since, until = _day(asked.get("day", ""))
    return Wanted(
        camera_id=asked.get("camera") or None,
        sender=asked.get("sender") or None,
        since=since,
        until=until,
        before=_before(asked.get("before", "")),
    )


def _place(last: Upload) -> str:
    """Where a page ends. Not the id alone: in that is the time by the camera's clock, which may be years off."""
    return f"{to_rfc3339(last.received_at)},{last.id}"


def _before(text: str) -> tuple[datetime, str] | None:
    moment, _, upload_id = text.partition(",")
    try:
        return (from_rfc3339(moment), upload_id) if text else None
    except (ValueError, OverflowError):
        abort(400)


def _day(text: str) -> tuple[datetime | None, datetime | None]:
    """Where the day begins and what it ends before."""
    if not text:
        return None, None
    try:
        return gallery().zone.bounds(date.fromisoformat(text))
    except (ValueError, OverflowError):
        abort(400)


def _known(connection: Connection, upload_id: UUID) -> Upload:
    return upload.find(connection, str(upload_id)) or abort(404)
