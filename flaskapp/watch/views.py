"""`/wall`, `/cameras/<id>/live` and what they show."""

import math

from flask import Blueprint, Response, abort, render_template, send_file
from flask_login import current_user

from flaskapp import guard
from flaskapp.gallery import Gallery, gallery
from flaskapp.picture.thumbs import Broken
from flaskapp.watch import film, hls
from flaskapp.watch.film import Viewer
from services.store import access, album, camera
from services.store.camera import Camera
from services.store.engine import Away

blueprint = Blueprint("watch", __name__)


@blueprint.get("/wall")
def wall() -> str:
    """All cameras at once, dark ones first; its script keeps them fresh."""
    home = gallery()
    with home.engine.connect() as connection:
        cameras = camera.all_cameras(connection)
        newest = album.newest_of_each_camera(connection)
    cameras.sort(key=lambda one: one.silent_since is None)
    filmed = {one.id for one in cameras if one.id not in newest and _streams(home, one.id)}
    across = math.ceil(math.sqrt(len(cameras)))
    return render_template("watch/wall.html", cameras=cameras, newest=newest, filmed=filmed, across=across)


@blueprint.get("/cameras/<camera_id>/live")
def one(camera_id: str) -> str:
    """One camera, as live as there is anything of it."""
    home = gallery()
    with home.engine.connect() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        newest = album.newest_of_each_camera(connection).get(camera_id)
        records = access.is_recorded(connection, camera_id)
    return render_template(
        "watch/one.html",
        camera=found,
        newest=newest,
        records=records,
        streams=_streams(home, camera_id),
        today=home.zone.day_of(home.now()),
    )


@blueprint.get("/cameras/<camera_id>/live.mjpeg")
def mjpeg(camera_id: str) -> Response:
    """Its pictures as they come; 503 when as many look already as can be served beside the pages."""
    home, fanout = gallery(), gallery().fanout
    _camera(camera_id)
    stream = fanout.join(f"picture:{camera_id}")
    if stream is None:
        return Response("too many watch already\n", 503, {"Retry-After": "10"}, content_type="text/plain")
    with home.engine.connect() as connection:
        newest = album.newest_of_each_camera(connection).get(camera_id)
    viewer = Viewer(stream, guard.still(home.engine, current_user))
    shown = film.frames(viewer, newest.id if newest else None, lambda image_id: _bytes(home, image_id), home.clock)
    answer = Response(shown, content_type=film.TYPE)
    answer.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    answer.call_on_close(lambda: fanout.leave(stream))
    return answer


def _streams(home: Gallery, camera_id: str) -> bool:
    """Whether its recorder writes live video now."""
    return hls.playlist(home.media, camera_id, home.now()) is not None


def _bytes(home: Gallery, image_id: str) -> bytes | None:
    try:
        with home.engine.connect() as connection:
            file = album.file_of(connection, image_id)
        return home.thumbs.original(file).read_bytes() if file else None
    except (Broken, OSError, *Away):
        return None


@blueprint.get("/cameras/<camera_id>/live.m3u8")
def playlist(camera_id: str) -> Response:
    """The playlist of its recorder's live output; 404 while there is none."""
    _camera(camera_id)
    text = hls.playlist(gallery().media, camera_id, gallery().now())
    if text is None:
        abort(404)
    return Response(text, mimetype=hls.TYPE)


@blueprint.get("/cameras/<camera_id>/live/<piece>")
def piece(camera_id: str, piece: str) -> Response:
    """One piece of it."""
    _camera(camera_id)
    path, kind = hls.piece(gallery().media, camera_id, piece) or abort(404)
    answer = send_file(path, kind, conditional=True, etag=f"{path.name}-{path.stat().st_mtime_ns}")
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


def _camera(camera_id: str) -> Camera:
    with gallery().engine.connect() as connection:
        return camera.find(connection, camera_id) or abort(404)
