"""Recordings for tests: real films, made once by ffmpeg, with the rows that the recorder would have written."""

import subprocess
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import insert

from services.core.ids import new_id
from services.core.recording_files import preview_path, thumbnail_path
from services.store.recording_tables import clip, segment
from tests.flaskapp.house import NOON, House

SOURCE = "testsrc=size=320x180:rate=10"
LIVE = "live/front-door"


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *arguments], check=True)


@cache
def film(seconds: int = 4, codec: str = "libx264") -> bytes:
    """An mp4 that plays from its beginning."""
    made = Path(mkdtemp(prefix="hearthwatch-films-")) / "film.mp4"
    encoded = ("-c:v", codec, "-pix_fmt", "yuv420p", "-g", "10", "-movflags", "+faststart")
    _ffmpeg("-f", "lavfi", "-i", SOURCE, "-t", str(seconds), *encoded, str(made))
    return made.read_bytes()


@cache
def still() -> bytes:
    """A JPEG of the same."""
    made = Path(mkdtemp(prefix="hearthwatch-films-")) / "still.jpg"
    _ffmpeg("-f", "lavfi", "-i", SOURCE, "-frames:v", "1", str(made))
    return made.read_bytes()


def place(house: House, path: str, data: bytes) -> None:
    """A file below the media folder."""
    whole = house.media.path(path)
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_bytes(data)


def _files(house: House, path: str, data: bytes, preview: str) -> None:
    place(house, path, data)
    if preview == "made":
        place(house, thumbnail_path(path), still())
        place(house, preview_path(path), film())


def a_segment(house: House, at: datetime = NOON, lasts: timedelta = timedelta(minutes=5), **more: Any) -> str:
    """A segment with its files; `data` is the film itself."""
    made = more.pop("id", None) or new_id()
    camera_id = more.pop("camera_id", "front-door")
    data = more.pop("data", None) or film()
    values: dict[str, Any] = {
        "id": made,
        "camera_id": camera_id,
        "path": f"recordings/{at:%Y-%m-%d}/{camera_id}-{made}.mp4",
        "began_at": at,
        "ended_at": at + lasts,
        "bytes": len(data),
        "width": 320,
        "height": 180,
        "video": "h264",
        "audio": None,
        "whole": True,
        "kept": False,
        "preview": "made",
        "stored_at": at + lasts,
    } | more
    with house.writing() as connection:
        connection.execute(insert(segment).values(**values))
    _files(house, values["path"], data, values["preview"])
    return str(made)


def a_clip(house: House, at: datetime = NOON, lasts: timedelta = timedelta(seconds=20), **more: Any) -> str:
    """A clip that is ready, with its files; another `state` has none."""
    made = more.pop("id", None) or new_id()
    camera_id = more.pop("camera_id", "front-door")
    ready = more.get("state", "ready") == "ready"
    values: dict[str, Any] = {
        "id": made,
        "camera_id": camera_id,
        "because": "motion",
        "detail": "",
        "from_at": at,
        "to_at": at + lasts,
        "state": "ready",
        "attempts": 1,
        "path": f"recordings/{at:%Y-%m-%d}/{camera_id}-{made}.mp4" if ready else None,
        "began_at": at if ready else None,
        "ended_at": at + lasts if ready else None,
        "bytes": len(film()) if ready else None,
        "kept": False,
        "preview": "made" if ready else "waiting",
        "ready_at": at + lasts if ready else None,
        "created_at": at,
    } | more
    with house.writing() as connection:
        connection.execute(insert(clip).values(**values))
    if values["path"]:
        _files(house, values["path"], film(), values["preview"])
    return str(made)


def live(house: House, folder: str = LIVE) -> None:
    """What a recorder writes for live viewers: a playlist and fragmented pieces."""
    whole = house.media.path(folder)
    whole.mkdir(parents=True, exist_ok=True)
    encoded = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-f", "hls", "-hls_time", "1")
    pieces = ("-hls_segment_type", "fmp4", "-hls_list_size", "6", "-hls_flags", "delete_segments+omit_endlist")
    named = ("-hls_segment_filename", str(whole / "piece%d.m4s"), str(whole / "index.m3u8"))
    _ffmpeg("-f", "lavfi", "-i", SOURCE, "-t", "4", *encoded, *pieces, *named)
