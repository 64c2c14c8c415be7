"""A camera's live HLS as its recorder writes it: `live/<camera id>/index.m3u8` and the pieces beside it."""

import re
from datetime import datetime
from pathlib import Path

from services.core.media import Media

STALE_S = 30.0
"""A playlist that was not written for so long is of a recorder that has stopped."""
TYPE = "application/vnd.apple.mpegurl"
TYPES = {"mp4": "video/mp4", "m4s": "video/mp4", "ts": "video/mp2t"}
PIECE = re.compile(r"[A-Za-z0-9_-]{1,80}\.(?P<kind>mp4|m4s|ts)", re.ASCII)
_MAP = re.compile(r'URI="(?P<name>[^"]*)"')


def playlist(media: Media, camera_id: str, now: datetime) -> str | None:
    """The playlist, its pieces addressed below `live/`; None when there is none, or nobody writes it any more."""
    path = folder(media, camera_id) / "index.m3u8"
    try:
        if now.timestamp() - path.stat().st_mtime > STALE_S:
            return None
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    addressed = [_addressed(line) for line in lines if line]
    return "\n".join(line for line in addressed if line is not None) + "\n"


def _addressed(line: str) -> str | None:
    """A line with its piece's address; None for one that names something which is no piece."""
    if not line.startswith("#"):
        return f"live/{line}" if PIECE.fullmatch(line) else None
    named = _MAP.search(line)
    if named is None:
        return line
    name = named["name"]
    return line.replace(f'"{name}"', f'"live/{name}"') if PIECE.fullmatch(name) else None


def piece(media: Media, camera_id: str, name: str) -> tuple[Path, str] | None:
    """A piece's path and type; None when there is none of that name."""
    named = PIECE.fullmatch(name)
    path = folder(media, camera_id) / name
    return (path, TYPES[named["kind"]]) if named and path.is_file() else None


def folder(media: Media, camera_id: str) -> Path:
    """Where the recorder writes them; `camera_id` is that of a camera that there is."""
    return media.path(f"live/{camera_id}")
