"""Where finished segments go: verified, filed under their day, and recorded, in that order.

A segment grows in a working folder of its run. It gets its place by a second name (a hard link), then its record, and
only then loses the first one: killed anywhere between, the next start finds it and does the same again, with one id.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import Counter

from services.core.clock import Clock, from_rfc3339, to_rfc3339
from services.core.ids import id_for, new_id
from services.core.logging import get
from services.core.media import Media, make_folder, names
from services.core.spool import Record
from services.intake.acceptor import Note
from services.recorder.command import STAMP
from services.recorder.probe import Film, look

WORK = "recordings/.work"
LIVE = "live"
BEGAN = "began"
NOTED_OF = timedelta(seconds=5)
"""A stream may be so late that a file is opened seconds after what it begins with."""
NAMES_MAX = 1000
SHORTEST = timedelta(milliseconds=1)
filed = Counter("recorder_segments", "segments that were filed", ["camera"])
unusable = Counter("recorder_segments_unusable", "files of recordings in which nothing could be played", ["camera"])
_NAME = re.compile(r"(?P<stamp>\d{8}T\d{6})\.(mp4|mkv)\Z", re.ASCII)
log = get(__name__)


@dataclass(frozen=True)
class Owner:
    """Whose segments they are: the camera's id, and the name that it is filed under."""

    camera_id: str
    source: str


@dataclass(frozen=True)
class Span:
    """When a segment was, aware UTC.

    `is_first`: of its run. ffmpeg counts that one from where the stream began, but a film begins with a key frame.
    """

    began_at: datetime
    ended_at: datetime
    is_first: bool = False


class Shelf:
    """Files segments. `hand_in` makes a record durable, or raises `OSError`; many threads may use one shelf."""

    def __init__(self, media: Media, clock: Clock, hand_in: Callable[[Note], None]) -> None:
        self._media = media
        self._clock = clock
        self._hand_in = hand_in

    def folder_for(self, camera_id: str) -> Path:
        """A working folder for a run that begins."""
        folder = self._media.root / WORK / camera_id / new_id()
        make_folder(folder)
        return folder

    def live_for(self, camera_id: str) -> Path:
        """The folder of its live video, empty: what an earlier run left there is no longer live."""
        folder = self._media.root / LIVE / camera_id
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            left.unlink()
        return folder

    def file(self, owner: Owner, work: Path, when: Span | datetime | None, whole: bool) -> str | None:
        """Gives a finished file its place; that place below the media folder, or None when nothing in it plays.

        `when` it was, or began; what is missing of that its name and its length say. Raises `OSError`; it then stays
        where it is.
        """
        film = look(work)
        if film is None:
            unusable.labels(owner.camera_id).inc()
            log.warning("segment_unusable", camera=owner.camera_id, name=work.name, bytes=work.stat().st_size)
            work.unlink()
            return None
        span = _span_of(work, when, film)
        path = self._place(owner.camera_id, work)
        self._hand_in(Note(_record(owner, work, path, span, film, whole, self._clock.now())))
        work.unlink()
        filed.labels(owner.camera_id).inc()
        return path

    def recover(self, owner: Owner) -> int:
        """Files what runs that ended without order left of a camera that is not recorded now; how many files."""
        count = 0
        for folder in sorted((self._media.root / WORK / owner.camera_id).glob("*")):
            left = ((work, _began(folder, work)) for work in files(folder))
            count += sum(self.file(owner, work, began, whole=False) is not None for work, began in left)
            remove(folder)
        return count

    def at_work(self) -> list[str]:
        """The cameras that have a working folder, also those that are recorded no longer."""
        return sorted(one for one in names(self._media.root / WORK) if (self._media.root / WORK / one).is_dir())

    def close(self, camera_id: str) -> None:
        """Takes away the working folder of a camera that is recorded no longer, if nothing is in it."""
        folder = self._media.root / WORK / camera_id
        if not any(folder.iterdir()):
            folder.rmdir()

    def _place(self, camera_id: str, work: Path) -> str:
        stem, suffix = f"{camera_id}-{work.stem}Z", work.suffix
        day = _stamp(work).astimezone().date().isoformat()
        make_folder(self._media.path(f"recordings/{day}"))
        for number in range(1, NAMES_MAX):
            path = f"recordings/{day}/{stem}{'' if number == 1 else f'-{number}'}{suffix}"
            if _linked(work, self._media.path(path)):
                return path
        raise FileExistsError(f"a thousand segments are called like {stem}")


def files(folder: Path) -> list[Path]:
    """The segments in a working folder, the oldest first."""
    try:
        return sorted(one for one in folder.iterdir() if _NAME.fullmatch(one.name))
    except FileNotFoundError:
        return []


def note_began(folder: Path, moment: datetime) -> None:
    """Notes when the segment that grows in a working folder began: a name tells no more than the second.

    Raises `OSError`.
    """
    part = folder / f"{BEGAN}.part"
    part.write_text(to_rfc3339(moment))
    part.rename(folder / BEGAN)


def _began(folder: Path, work: Path) -> datetime | None:
    """When a file began by what was noted; None when that was of another one."""
    try:
        noted = from_rfc3339((folder / BEGAN).read_text())
    except (OSError, ValueError):
        return None
    return noted if abs(noted - _stamp(work)) < NOTED_OF else None


def remove(folder: Path) -> None:
    """Takes an empty working folder away; one that still holds a segment stays."""
    if not files(folder):
        for name in (BEGAN, f"{BEGAN}.part"):
            (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _linked(work: Path, target: Path) -> bool:
    """Whether the file has that name now: false when another one has it, as after a clock was put back."""
    try:
        os.link(work, target)
    except FileExistsError:
        return target.samefile(work)
    return True


def _stamp(work: Path) -> datetime:
    return datetime.strptime(work.stem, STAMP).replace(tzinfo=UTC)


def _span_of(work: Path, when: Span | datetime | None, film: Film) -> Span:
    length = max(timedelta(seconds=film.seconds), SHORTEST)
    if not isinstance(when, Span):
        began_at = when or _stamp(work)
    elif when.is_first and length < when.ended_at - when.began_at:
        began_at = when.ended_at - length
    elif _fits(when, film):
        return when
    else:
        began_at = when.began_at
    return Span(began_at, began_at + length)


def _fits(span: Span, film: Film) -> bool:
    """Whether a film of that length was then. Of one picture alone ffmpeg may say that it ended when it began."""
    return span.ended_at > span.began_at and abs((span.ended_at - span.began_at).total_seconds() - film.seconds) < max(
        2.0, film.seconds * 0.02
    )


def _record(owner: Owner, work: Path, path: str, span: Span, film: Film, whole: bool, now: datetime) -> Record:
    return {
        "kind": "segment",
        # The same one when it is filed again after a kill: the run's folder and the name tell it from all others.
        "id": id_for(_stamp(work), f"{work.parent.name}/{work.name}"),
        "camera_id": owner.camera_id,
        "source": owner.source,
        "path": path,
        "began_at": to_rfc3339(span.began_at),
        "ended_at": to_rfc3339(span.ended_at),
        "received_at": to_rfc3339(now),
        "bytes": film.bytes,
        "width": film.width,
        "height": film.height,
        "video": film.video,
        "audio": film.audio,
        "whole": whole,
    }
