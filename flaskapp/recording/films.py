"""Answers with a recording's files: whole or in ranges, of the right type, and only what a row of ours names."""

import re
from pathlib import Path

from flask import Response, abort, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from flaskapp.gallery import gallery
from services.core.media import MediaError
from services.core.recording_files import preview_path, thumbnail_path
from services.store.clip import Clip
from services.store.segment import Segment

UNMADE = Path(__file__).parents[1] / "static" / "unmade.svg"
TYPES = {
    ".mp4": "video/mp4",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".ts": "video/mp2t",
}
PLAYABLE = (".mp4", ".webm")
"""What browsers can play by its container."""
KEEP_S = 600
_ONE_RANGE = re.compile(r"bytes=(?:(?P<first>\d+)-(?P<last>\d*)|-\d+)", re.ASCII | re.IGNORECASE)


def whole(one: Segment | Clip) -> Response:
    """The recording as it was made; `?download` saves it under its name."""
    path = one.path or abort(404)
    kind = TYPES.get(Path(path).suffix.lower())
    name = Path(path).name if "download" in request.args or kind is None else None
    return _film(path, kind or "application/octet-stream", name)


def preview(one: Segment | Clip) -> Response:
    """The small copy; 404 when there is none."""
    if one.path is None or one.preview != "made":
        abort(404)
    path = preview_path(one.path)
    return _film(path, "video/mp4", Path(path).name if "download" in request.args else None)


def thumbnail(one: Segment | Clip) -> Response:
    """The small picture; a drawing where there is none, as a hole would look like a fault of the page."""
    path = thumbnail_path(one.path) if one.path is not None and one.preview == "made" else None
    found = _existing(path) if path else None
    if found is None:
        answer = send_file(UNMADE, mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return _cached(send_file(found, mimetype="image/jpeg", conditional=True))


def _film(path: str, kind: str, name: str | None) -> Response:
    found = _existing(path) or abort(404)
    _pass_over_odd_ranges()
    try:
        answer = send_file(found, kind, as_attachment=name is not None, download_name=name, conditional=True)
    except RequestedRangeNotSatisfiable as beyond:
        return Response(status=416, headers=[("Content-Range", f"bytes */{beyond.length}")])
    answer.headers["Accept-Ranges"] = "bytes"
    return _cached(answer)


def _pass_over_odd_ranges() -> None:
    """Of HTTP's ranges one of bytes is served; others, and those of no GET, count as none, as RFC 9110 has it."""
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    turned = asked is not None and bool(asked["last"]) and int(asked["last"]) < int(asked["first"])
    if asked is None or turned or request.method != "GET":
        request.environ.pop("HTTP_RANGE", None)


def _existing(path: str) -> Path | None:
    try:
        found = gallery().media.path(path)
    except MediaError:
        return None
    return found if found.is_file() else None


def _cached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"private, max-age={KEEP_S}"
    return answer
