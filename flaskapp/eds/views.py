"""`/event_api/…` (clips), `/segment_api/…` (segments) and `/latest_images.json`: for programs of older systems."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, request, url_for
from flask_login import current_user
from flask_sock import Sock
from simple_websocket import Server
from sqlalchemy import Connection

from flaskapp import guard
from flaskapp.account import tokens
from flaskapp.eds import stream, words
from flaskapp.eds.recent import Ready
from flaskapp.eds.words import Paths
from flaskapp.gallery import Gallery, gallery
from services.core.logging import get
from services.store import album, camera, recording
from services.store.clip import Clip
from services.store.engine import Away, reason
from services.store.segment import Kind, Segment

MOST = 1000
"""The newest are listed; older ones are on the pages of recordings."""
KINDS: dict[str, Kind] = {"event_api": "clip", "segment_api": "segment"}
PING_S = 20
FRAME_BYTES = 1024
blueprint = Blueprint("eds", __name__)
sock = Sock(blueprint)
log = get(__name__)


@blueprint.get("/event_api/events", defaults={"api": "event_api"})
@blueprint.get("/segment_api/events", defaults={"api": "segment_api"})
def events(api: str) -> Response:
    """An array, the newest first."""
    return _json(_told(gallery(), KINDS[api]))


@blueprint.get("/event_api/events_by_date", defaults={"api": "event_api"})
@blueprint.get("/segment_api/events_by_date", defaults={"api": "segment_api"})
def events_by_date(api: str) -> Response:
    """The same by day."""
    return _json(words.by_date(_told(gallery(), KINDS[api])))


@blueprint.get("/latest_images.json")
def latest_images() -> Response:
    """The newest picture of each camera, as imagehub-librarian writes it to a file for its wall."""
    home = gallery()
    with home.engine.connect() as connection:
        newest = album.newest_of_each_camera(connection)
        files = album.files_of(connection, [picture.id for picture in newest.values()])
        cameras = camera.all_cameras(connection)
    latest = [
        {
            "filename": str(home.media.path(file.path)),
            "nodename": one.name,
            "timestamp": home.zone.local(file.captured_at).isoformat(),
        }
        for one in cameras
        if one.id in newest and (file := files.get(newest[one.id].id)) is not None
    ]
    return Response(json.dumps(latest), mimetype="application/json")


def _json(shown: object) -> Response:
    """As eds-cctv answers. `*` lets other sites' pages read only what they have a token for: no cookie goes with it."""
    answer = Response(json.dumps(shown, indent=4), content_type="text/plain; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _told(home: Gallery, kind: Kind) -> list[dict[str, str]]:
    """The newest recordings of a kind, newest first."""
    with home.engine.connect() as connection:
        names = _names(connection)
        return [_one(found, names) for found in recording.ready(connection, kind, MOST)]


def _one(found: Segment | Clip, names: Mapping[str, str]) -> dict[str, str]:
    return words.told(_moment(found), names.get(found.camera_id, found.camera_id), _paths(found))


def _names(connection: Connection) -> dict[str, str]:
    return {one.id: one.name for one in camera.all_cameras(connection)}


def _moment(one: Segment | Clip) -> datetime:
    """When it was captured: what is ready has such a moment."""
    return one.from_at if isinstance(one, Clip) and one.began_at is None else cast("datetime", one.began_at)


def _paths(one: Segment | Clip) -> Paths:
    """Addresses that stay the same whether or not the small copies have been made yet: the event's id hangs on them."""
    picture, film, small = (
        url_for(f"recording.{part}", recording_id=one.id) for part in ("thumbnail", "file", "preview")
    )
    return Paths(picture, picture, film, small)


def stream_of_clips(socket: Server) -> None:
    """Each clip as it becomes ready."""
    _serve(socket, "event_api")


def stream_of_segments(socket: Server) -> None:
    """Each segment as it is stored."""
    _serve(socket, "segment_api")


sock.route("/event_api/stream")(stream_of_clips)
sock.route("/segment_api/stream")(stream_of_segments)


def _serve(socket: Server, api: str) -> None:
    home, fanout = gallery(), gallery().fanout
    joined = fanout.join(api)
    if joined is None:
        socket.close(1013, "too many listen already")
        return
    socket.sock.settimeout(stream.SEND_S)
    may_look = guard.still(home.engine, current_user)

    def read(kind: Kind, since: datetime) -> list[Ready]:
        with home.engine.connect() as connection:
            names = _names(connection)
            return [Ready(at, _one(found, names)) for at, found in recording.ready_since(connection, kind, since)]

    try:
        stream.serve(socket, joined, lambda: home.recent.of(KINDS[api], read), may_look, home.clock, g.asked_at)
    except Away as error:
        # An error's page would be no frame of this connection any more.
        log.warning("stream_ended", api=api, error=reason(error))
        socket.close(1013, "the database is away")
    finally:
        fanout.leave(joined)


@blueprint.before_request
def only_from_here() -> None:
    """A page of another origin may open a WebSocket with this one's cookie: the browser asks nobody. So it is asked."""
    g.asked_at = gallery().now()
    origin = request.headers.get("Origin")
    opens = request.headers.get("Upgrade", "").lower() == "websocket"
    if opens and origin and not tokens.shown() and urlsplit(origin).netloc != request.host:
        abort(403)
