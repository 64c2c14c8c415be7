"""What the gallery serves beside `/api/v1` that programs also read: recordings, live pictures, links, older words.

Their views belong to the pages; here it only stands what they are, for the description. A test asks each of them.
"""

from dataclasses import dataclass
from typing import Any

Tree = dict[str, Any]
SESSION = {"type": "apiKey", "in": "cookie", "name": "hearthwatch_8080"}
"""The cookie's name ends in the gallery's port."""
HERE = [{"url": "/"}]
HTML, JPEG, MP4, TEXT = "text/html", "image/jpeg", "video/mp4", "text/plain"
_PATHS = ("high_res_image_path", "low_res_image_path", "high_res_video_path", "low_res_video_path")
_EVENT: Tree = {
    "type": "object",
    "properties": {
        "event_id": {"type": "string", "format": "uuid"},
        "timestamp": {"type": "string", "format": "date-time"},
        "camera_name": {"type": "string"},
        **{name: {"type": "string"} for name in _PATHS},
    },
    "required": ["event_id", "timestamp", "camera_name", *_PATHS],
    "additionalProperties": False,
}
_EVENTS: Tree = {"type": "array", "items": _EVENT}
_BY_DATE: Tree = {"type": "object", "additionalProperties": _EVENTS}
_LATEST: Tree = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("filename", "nodename", "timestamp")},
        "required": ["filename", "nodename", "timestamp"],
    },
}


@dataclass(frozen=True)
class Beside:
    """One path that is read: its endpoint, what it gives as which media type, and who may (`None`: whoever has it)."""

    path: str
    endpoint: str
    says: str
    kind: str
    schema: Tree
    security: tuple[str, ...]
    code: int = 200
    asks: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Unlike any other, also where an endpoint has two paths."""
        return f"{self.path.split('/')[1].split('.')[0]}_{self.endpoint.split('.')[1]}"


def _for_people(path: str, endpoint: str, says: str, kind: str = HTML, *asks: tuple[str, str]) -> Beside:
    return Beside(path, endpoint, says, kind, {}, ("session",), asks=asks)


def _for_programs(path: str, endpoint: str, says: str, schema: Tree, kind: str = TEXT, code: int = 200) -> Beside:
    return Beside(path, endpoint, says, kind, schema, ("token", "session"), code)


def _by_link(part: str, endpoint: str, says: str, kind: str) -> Beside:
    return Beside(f"/shared/{{token}}{part}", endpoint, says, kind, {}, ())


def _older(api: str, of: str) -> tuple[Beside, ...]:
    stream = "eds.stream_of_clips" if api == "event_api" else "eds.stream_of_segments"
    return (
        _for_programs(
            f"/{api}/events", "eds.events", f"The newest 1000 {of}, newest first, as eds-cctv has it.", _EVENTS
        ),
        _for_programs(f"/{api}/events_by_date", "eds.events_by_date", f"The same {of} by day in UTC.", _BY_DATE),
        _for_programs(
            f"/{api}/stream", stream, f"A WebSocket: each of the {of} as an event, in a frame of its own.", {}, "", 101
        ),
    )


BESIDE = (
    _for_people(
        "/recordings",
        "recording.page",
        "Which camera has what of which day, and the clips, newest first.",
        HTML,
        ("until", "the newest day to be shown, 2026-11-20"),
        ("camera", "only this camera's clips, by its id"),
        ("kept", "1: only clips that are kept for ever"),
        ("before", "where the next page goes on: the address of its link has it"),
    ),
    _for_people(
        "/recordings/{camera_id}/{on}",
        "recording.of_day",
        "A camera's day (2026-11-20) as a timeline, a player, and lists of clips, gaps and segments.",
        HTML,
        ("play", "the id of what is in the player"),
    ),
    _for_people(
        "/recordings/{camera_id}/{on}/cut",
        "recording.cut.form",
        "A form for a clip from one time of that day to another.",
        HTML,
        ("at", "the time that it begins with, 14:05:30"),
    ),
    _for_people("/recording/{recording_id}", "recording.one", "One segment or clip."),
    _for_people("/recording/{recording_id}/file", "recording.file", "Its film, whole or in ranges.", MP4),
    _for_people("/recording/{recording_id}/preview", "recording.preview", "Its small copy, 640×360 at most.", MP4),
    _for_people("/recording/{recording_id}/thumbnail", "recording.thumbnail", "Its small picture.", JPEG),
    _for_people("/recording/{recording_id}/remove", "recording.ask", "What would go with it; nothing is changed."),
    _for_people(
        "/recording/{recording_id}/share", "share.of_recording", "The links that show it, and a form for more."
    ),
    _for_people("/picture/{image_id}/share", "share.of_picture", "The links that show a picture, and a form for more."),
    _by_link("", "share.page", "Just that clip, segment or picture, to whoever has the link.", HTML),
    _by_link("/file", "share.file", "Its film, or the picture as it came.", MP4),
    _by_link("/preview", "share.preview", "Its small copy.", MP4),
    _by_link("/thumbnail", "share.thumbnail", "Its small picture.", JPEG),
    _for_people("/wall", "watch.wall", "All cameras at once, dark ones first."),
    _for_people("/cameras/{camera_id}/live", "watch.one", "One camera, as live as there is anything of it."),
    _for_people(
        "/cameras/{camera_id}/live.mjpeg",
        "watch.mjpeg",
        "Its pictures as they come, without end; 503 when too many watch.",
        "multipart/x-mixed-replace",
    ),
    _for_people(
        "/cameras/{camera_id}/live.m3u8",
        "watch.playlist",
        "Its live video (HLS); 404 while there is none.",
        "application/vnd.apple.mpegurl",
    ),
    _for_people("/cameras/{camera_id}/live/{piece}", "watch.piece", "One piece of its live video.", MP4),
    *_older("event_api", "clips"),
    *_older("segment_api", "segments"),
    _for_programs(
        "/latest_images.json",
        "eds.latest_images",
        "The newest picture of each camera, as imagehub-librarian has it.",
        _LATEST,
        "application/json",
    ),
)


def paths() -> Tree:
    """Their part of the document."""
    return {one.path: {"servers": HERE, "get": _operation(one)} for one in BESIDE}


def _operation(one: Beside) -> Tree:
    places = [part[1:-1] for part in one.path.replace(".", "/").split("/") if part.startswith("{")]
    parameters = [_parameter(name, "path", required=True) for name in places]
    parameters += [_parameter(name, "query") | {"description": says} for name, says in one.asks]
    made: Tree = {"operationId": one.name, "summary": one.says, "security": [{way: []} for way in one.security]}
    made |= {"parameters": parameters} if parameters else {}
    content = {"content": {one.kind: {"schema": one.schema}}} if one.kind else {}
    return made | {"responses": {str(one.code): {"description": "What was asked for."} | content}}


def _parameter(name: str, place: str, **more: Any) -> Tree:
    return {"name": name, "in": place, "schema": {"type": "string"}, **more}
