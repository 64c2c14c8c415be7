"""`/` and its stream."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from flaskapp.camera.reach_words import Standing, unwell
from flaskapp.gallery import gallery
from flaskapp.live.fanout import News, Stream
from services.core.clock import Clock
from services.store import album, camera, reach
from services.store.album import Box, Picture
from services.store.camera import Camera

KEEP_ALIVE_S = 15
LIFE_S = 600
"""A stream ends after so long and the browser opens it anew: a session that was ended does not see on for ever."""
RETRY_MS = 2000
blueprint = Blueprint("live", __name__)


@dataclass(frozen=True)
class Tile:
    """A camera with its newest picture and what was kept of the detections in it; `wrong`: we cannot reach it."""

    camera: Camera
    picture: Picture | None
    boxes: list[Box]
    wrong: Standing | None = None


@blueprint.get("/")
def page() -> str:
    """A tile per camera, the silent ones first."""
    return render_template("live/page.html", tiles=_tiles())


def _tiles() -> list[Tile]:
    with gallery().engine.connect() as connection:
        cameras = camera.all_cameras(connection)
        newest = album.newest_of_each_camera(connection)
        boxes = album.boxes(connection, [picture.id for picture in newest.values()])
        wrong = unwell(reach.all_reaches(connection).values())
    kept = {image_id: [box for box in found if box.dropped_because is None] for image_id, found in boxes.items()}
    tiles = [
        Tile(one, newest.get(one.id), kept.get(newest[one.id].id, []) if one.id in newest else [], wrong.get(one.id))
        for one in cameras
    ]
    return sorted(tiles, key=lambda tile: tile.camera.silent_since is None)


@blueprint.get("/live/stream")
def stream() -> Response:
    """News as server-sent events; 503 when too many browsers listen already, and the page then asks again later."""
    fanout = gallery().fanout
    joined = fanout.join()
    if joined is None:
        return Response("too many browsers listen already\n", 503, {"Retry-After": "10"}, content_type="text/plain")
    answer = Response(_events(joined, gallery().clock), content_type="text/event-stream; charset=utf-8")
    answer.headers.update({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
    answer.call_on_close(lambda: fanout.leave(joined))
    return answer


def _events(joined: Stream, clock: Clock) -> Iterator[str]:
    end = clock.monotonic() + LIFE_S
    yield f"retry: {RETRY_MS}\n: here we go\n\n"
    while not joined.closed and clock.monotonic() < end:
        taken = joined.take(KEEP_ALIVE_S)
        yield "".join(_event(news) for news in taken) or ": still here\n\n"


def _event(news: News) -> str:
    data = json.dumps({**news.data, "count": news.count}, separators=(",", ":"))
    return f"event: {news.kind}\ndata: {data}\n\n"
