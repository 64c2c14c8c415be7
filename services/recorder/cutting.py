"""Cuts clips out of segments, without encoding anything anew: each begins at the key frame before what is wanted.

The segment that is still written is cut from too, so that a clip can be played seconds after what it shows is over.
"""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media, make_folder, sync_folder
from services.core.recording_messages import ClipReady
from services.recorder import child, command
from services.recorder.command import STAMP
from services.recorder.probe import look
from services.recorder.recording import Growing
from services.store import clip, segment
from services.store.clip import Clip, Footage
from services.store.engine import Away, reason

EVERY_S = 0.5
LIMIT_S = 120.0
CLAIM = timedelta(seconds=300)
FLUSHED = timedelta(seconds=3)
"""What is older than this is in the growing file: a fragment takes two seconds."""
PATIENCE = timedelta(seconds=20)
"""So long after its end a clip waits for segments that may still be on their way into the database."""
SEAM = timedelta(seconds=1)
"""By so much one segment may begin before the one before it has ended: their times are drawn to the clock."""
WORK = "recordings/.clips"
NO_FOOTAGE = "there is no recording of this time"
Ring = Callable[[ClipReady], None]
cuts = Counter("recorder_clips", "clips by what became of them", ["outcome"])
log = get(__name__)


class CannotCut(Exception):
    """Why there is no clip, in words."""


class PartGone(Exception):
    """The segment that grew has just been filed: it is found elsewhere next time."""


@dataclass(frozen=True)
class Part:
    """A file that shows some of it; `shape` is what files must share to be joined."""

    path: Path
    began_at: datetime
    ended_at: datetime
    shape: tuple[object, ...]


class Cutter:
    """Works off the clips that wait. `growing` gives the segment that is written now of a camera."""

    def __init__(
        self,
        engine: Engine,
        media: Media,
        ring: Ring,
        clock: Clock,
        worker: str,
        growing: Callable[[str], Growing | None],
    ) -> None:
        self._engine = engine
        self._media = media
        self._ring = ring
        self._clock = clock
        self._worker = worker
        self._growing = growing

    def work(self, stopping: threading.Event, beat: Callable[[], None], before: Callable[[], None]) -> None:
        """Rounds until `stopping`; `before` is called in each."""
        while not stopping.wait(EVERY_S):
            beat()
            try:
                before()
                self.go()
            except Away as error:
                log.warning("clips_put_off", error=reason(error))

    def go(self) -> int:
        """One round; how many clips it has settled."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            clip.settle(connection, now)
            over = clip.take_back(connection, now)
            waiting = clip.waiting(connection)
        for clip_id in over:
            log.warning("clip_claim_expired", clip_id=clip_id)
        return sum(self._settle(one) for one in waiting if self._is_due(one))

    def _is_due(self, one: Clip) -> bool:
        """Whether all of it is on disk, or will never be."""
        now = self._clock.now()
        if now >= one.to_at + PATIENCE:
            return True
        growing = self._growing(one.camera_id)
        if growing and growing.began_at <= one.from_at:
            return now >= one.to_at + FLUSHED
        with self._engine.connect() as connection:
            found = segment.between(connection, one.camera_id, one.from_at, one.to_at)
        begins = growing.began_at if growing else one.to_at
        stored = bool(found) and found[-1].ended_at >= min(begins, one.to_at) - timedelta(seconds=1)
        return stored and now >= one.to_at + FLUSHED

    def _settle(self, one: Clip) -> bool:
        with self._engine.begin() as connection:
            if not clip.claim(connection, one.id, self._worker, self._clock.now() + CLAIM):
                return False
        try:
            footage, error = self._cut(one), None
        except PartGone:
            with self._engine.begin() as connection:
                clip.put_back(connection, one.id, self._worker)
            return False
        except (CannotCut, OSError) as why:
            footage, error = None, (why.strerror or "") if isinstance(why, OSError) else str(why)
        self._write(one, footage, error or NO_FOOTAGE)
        return True

    def _write(self, one: Clip, footage: Footage | None, error: str) -> None:
        now = self._clock.now()
        with self._engine.begin() as connection:
            if footage:
                done = clip.ready(connection, one.id, self._worker, footage, now)
            else:
                done = clip.fail(connection, one.id, self._worker, error)
        outcome = "ready" if footage else "failed"
        cuts.labels(outcome).inc()
        log.info(
            "clip_settled", clip_id=one.id, camera=one.camera_id, outcome=outcome, error=None if footage else error
        )
        if done:
            self._ring(_bell(one, footage, error, self._clock))

    def _cut(self, one: Clip) -> Footage:
        parts = alike(self._parts(one), one)
        if not parts:
            raise CannotCut(NO_FOOTAGE)
        work = self._media.root / WORK / f"{one.id}{parts[0].path.suffix}"
        make_folder(work.parent)
        wanted = [_wanted(part, one) for part in parts]
        done = child.run(command.cut(work), command.parts_list(wanted), LIMIT_S)
        film = look(work) if work.exists() and done.code == 0 else None
        if film is None:
            work.unlink(missing_ok=True)
            if one.attempts + 1 < clip.MAX_ATTEMPTS and not all(part.path.exists() for part in parts):
                raise PartGone
            raise CannotCut(f"could not be cut: {' '.join(done.complaints)[-300:] or 'nothing in it plays'}")
        began_at, ended_at = _times(parts, one, film.seconds)
        return Footage(self._place(one, work, began_at), began_at, ended_at, film.bytes)

    def _parts(self, one: Clip) -> list[Part]:
        # The growing one first: when it is finished meanwhile, its row is found, or its file is still open to ffmpeg.
        growing = self._growing(one.camera_id)
        with self._engine.connect() as connection:
            found = segment.between(connection, one.camera_id, one.from_at, one.to_at)
        parts = [
            Part(self._media.path(row.path), row.began_at, row.ended_at, (row.video, row.width, row.height, row.audio))
            for row in found
        ]
        last = _open_part(growing) if growing else None
        if last and last.began_at < one.to_at and last.ended_at > one.from_at and not _is_filed(last, parts):
            parts.append(last)
        return parts

    def _place(self, one: Clip, work: Path, began_at: datetime) -> str:
        day = began_at.astimezone().date().isoformat()
        name = f"{one.camera_id}-clip-{began_at.astimezone(UTC):{STAMP}}Z-{one.id[-8:]}{work.suffix}"
        target = self._media.path(f"recordings/{day}/{name}")
        make_folder(target.parent)
        with work.open("rb") as file:
            os.fsync(file.fileno())
        work.replace(target)
        sync_folder(target.parent)
        return f"recordings/{day}/{name}"


def alike(parts: list[Part], one: Clip) -> list[Part]:
    """The run of parts that shows most and can be joined: a stream whose size or codec changed is no single film.

    Where the clock was put back there are two rows of segments of the same time: each is followed by its own.
    """
    runs: list[list[Part]] = []
    for part in parts:
        over = [run for run in runs if run[-1].ended_at <= part.began_at + SEAM]
        before = max(over, key=lambda run: run[-1].ended_at, default=None)
        if before and before[-1].shape == part.shape and before[-1].path.suffix == part.path.suffix:
            before.append(part)
        else:
            runs.append([part])
    return max(runs, key=lambda run: _shown(run, one), default=[])


def _shown(parts: Sequence[Part], one: Clip) -> timedelta:
    """How much of what is wanted is in these parts."""
    spans = (min(one.to_at, part.ended_at) - max(one.from_at, part.began_at) for part in parts)
    return sum(spans, start=timedelta())


def _wanted(part: Part, one: Clip) -> tuple[Path, float, float | None]:
    begin = max((one.from_at - part.began_at).total_seconds(), 0.0)
    end = (one.to_at - part.began_at).total_seconds() if one.to_at < part.ended_at else None
    return part.path, begin, end


def _times(parts: list[Part], one: Clip, seconds: float) -> tuple[datetime, datetime]:
    """When the clip begins and ends: what is longer than was wanted stands before it, from the key frame on."""
    began_at, ended_at = max(one.from_at, parts[0].began_at), min(one.to_at, parts[-1].ended_at)
    lead = timedelta(seconds=seconds) - _shown(parts, one)
    return max(began_at - max(lead, timedelta()), parts[0].began_at), ended_at


def _open_part(growing: Growing) -> Part | None:
    try:
        film = look(growing.path)
    except FileNotFoundError:
        return None
    if film is None:
        return None
    ended_at = growing.began_at + timedelta(seconds=film.seconds)
    return Part(growing.path, growing.began_at, ended_at, (film.video, film.width, film.height, film.audio))


def _is_filed(last: Part, parts: list[Part]) -> bool:
    return any(part.path.exists() and last.path.exists() and part.path.samefile(last.path) for part in parts)


def _bell(one: Clip, footage: Footage | None, error: str, clock: Clock) -> ClipReady:
    return ClipReady.make(
        clock,
        "recorder",
        clip_id=one.id,
        camera_id=one.camera_id,
        outcome="ready" if footage else "failed",
        because=one.because,
        began_at=footage.began_at if footage else None,
        ended_at=footage.ended_at if footage else None,
        error=None if footage else error[:300],
    )
