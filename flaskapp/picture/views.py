"""`/pictures`, `/picture/<id>`, its file and its small copy."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, send_file

from flaskapp.camera.labels import groups
from flaskapp.correction.story import told
from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from flaskapp.picture import browse, filters, story, wishes
from flaskapp.picture.thumbs import WIDTH, Broken
from flaskapp.text import in_words
from flaskapp.zone import PARTS
from services.core.logging import get
from services.store import album, alert_log, camera, correction, plate, plate_look, sighting_log
from services.store.album import File
from services.store.keyset import Place

YEAR_S = 31_536_000
PLACEHOLDER = Path(__file__).parents[1] / "static" / "broken.svg"
blueprint = Blueprint("picture", __name__)
log = get(__name__)


@blueprint.get("/pictures")
def grid() -> str:
    """The grid; with `before`, only what follows that place."""
    home, chosen, before = gallery(), filters.read(request.args), wanted_place()
    now = home.now()
    with home.engine.connect() as connection:
        found = browse.search(connection, chosen, home.zone)
        page = browse.page(connection, found, now, before)
        names = {one.id: one.name for one in camera.all_cameras(connection)}
        if before is not None:
            return render_template("picture/more.html", page=page, chosen=chosen, names=names)
        labels = album.labels(connection)
        zones = album.zones(connection)
        words = wishes.in_words(connection, chosen, in_words)
        count = browse.count(connection, found, now)
    today = home.zone.day_of(now)
    return render_template(
        "picture/grid.html",
        page=page,
        chosen=chosen,
        names=names,
        labels=labels,
        zones=[one for one in zones if chosen.camera in (None, one.camera_id)],
        words=words,
        more_plates=found.wanted.plates is not None and found.wanted.plates.more,
        count=count,
        count_max=browse.COUNT_MAX,
        parts=PARTS,
        today=today,
        yesterday=today - timedelta(days=1),
    )


@blueprint.get("/picture/<uuid:image_id>")
def viewer(image_id: UUID) -> str:
    """One picture, its boxes, its story, and its neighbours within what was chosen."""
    home, chosen = gallery(), filters.read(request.args)
    with home.engine.connect() as connection:
        row = album.find(connection, str(image_id)) or abort(404)
        boxes = album.boxes(connection, [row.id])[row.id]
        found = browse.search(connection, chosen, home.zone)
        newer, older = browse.neighbours(connection, found, Place(row.captured_at, row.id))
        decisions = alert_log.of_image(connection, row.id)
        plates_read, plates_look = plate.of_image(connection, row.id), plate_look.find(connection, row.id)
        sightings = sighting_log.of_image(connection, row.id)
        within = wishes.in_words(connection, chosen, in_words)
        corrections = correction.of_image(connection, row.id)
        choices = groups(album.labels(connection))
    return render_template(
        "picture/viewer.html",
        picture=row,
        boxes=[box for box in boxes if box.dropped_because is None],
        dropped=[box for box in boxes if box.dropped_because is not None],
        newer=newer,
        older=older,
        chosen=chosen,
        within=list(within.values()),
        sightings=sightings,
        decisions=decisions,
        plates_read=plates_read,
        plates_look=plates_look,
        state=story.state(row, boxes, in_words),
        told=told(corrections, home.now()),
        choices=choices,
    )


@blueprint.get("/picture/<uuid:image_id>/thumb")
def thumb(image_id: UUID) -> Response:
    """The small copy, made now if there is none yet."""
    file = _file(image_id)
    if request.if_none_match.contains(f"{file.sha256}-{WIDTH}"):
        return _unchanged()
    try:
        path = gallery().thumbs.path(str(image_id), file)
    except Broken as reason:
        return _placeholder(image_id, reason)
    return _lasting(path, f"{file.sha256}-{WIDTH}")


@blueprint.get("/picture/<uuid:image_id>/file")
def file(image_id: UUID) -> Response:
    """The picture as it came; `?download` saves it under its name."""
    found = _file(image_id)
    if request.if_none_match.contains(found.sha256):
        return _unchanged()
    try:
        path = gallery().thumbs.original(found)
    except Broken as reason:
        return _placeholder(image_id, reason)
    return _lasting(path, found.sha256, Path(found.path).name if "download" in request.args else None)


def _file(image_id: UUID) -> File:
    with gallery().engine.connect() as connection:
        return album.file_of(connection, str(image_id)) or abort(404)


def _lasting(path: Path, etag: str, name: str | None = None) -> Response:
    answer = send_file(path, mimetype="image/jpeg", etag=etag, as_attachment=name is not None, download_name=name)
    return _cached(answer)


def _unchanged() -> Response:
    return _cached(Response(status=304))


def _cached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    return answer


def _placeholder(image_id: UUID, reason: Broken) -> Response:
    """A drawing that says so: a hole in a grid would look like a fault of the page."""
    log.warning("picture_unreadable", image_id=str(image_id), reason=str(reason))
    answer = send_file(PLACEHOLDER, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer
