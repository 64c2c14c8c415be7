"""How long a film is, as ffprobe says where it is installed."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

PATIENCE_S = 20.0
LONGEST_S = 24 * 3600.0


class NotAFilm(Exception):
    """It looks like a film from outside, and cannot be read as one."""


def length(file: Path) -> timedelta | None:
    """None where it cannot be told: no ffprobe, a slow one, or a stream without a clock. Raises `NotAFilm`."""
    program = shutil.which("ffprobe")
    if program is None:
        return None
    # A film may name others, on this machine or elsewhere, as its parts: nothing but a file is opened.
    shown = "format=duration:stream=codec_type"
    asked = ("-v", "error", "-protocol_whitelist", "file", "-show_entries", shown, "-of", "json")
    command = [program, *asked, str(file)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    try:
        answer = json.loads(done.stdout or b"{}")
    except ValueError:
        return None
    if not any(one.get("codec_type") == "video" for one in answer.get("streams", ())):
        raise NotAFilm
    return _length(answer.get("format", {}).get("duration"))


def _length(text: str | None) -> timedelta | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return timedelta(seconds=seconds) if 0 <= seconds <= LONGEST_S else None
