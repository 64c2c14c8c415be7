"""What is in a recorded file, by ffprobe."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.recorder import child, command

LIMIT_S = 60.0


@dataclass(frozen=True)
class Film:
    """Codecs as ffmpeg calls them; `audio` None: it is silent; sizes None: they cannot be told."""

    seconds: float
    bytes: int
    video: str
    audio: str | None
    width: int | None
    height: int | None


def look(path: Path) -> Film | None:
    """What is in a file; None when nothing of it can be played."""
    done = child.run(command.probe(path), b"", LIMIT_S)
    return read(done.output, path.stat().st_size) if done.code == 0 else None


def read(told: bytes, size: int) -> Film | None:
    """ffprobe's JSON; None when it tells of no picture that lasts."""
    try:
        found: dict[str, Any] = json.loads(told)
        streams = {one["codec_type"]: one for one in reversed(found.get("streams", [])) if "codec_type" in one}
        seconds = float(found.get("format", {}).get("duration", 0))
    except (ValueError, TypeError):
        return None
    video = streams.get("video")
    if video is None or seconds <= 0:
        return None
    audio = streams.get("audio", {}).get("codec_name")
    return Film(seconds, size, video["codec_name"], audio, video.get("width") or None, video.get("height") or None)
