"""Makes clips and pictures out of what the program Motion has saved: follows its log, and takes its files over.

The files stay Motion's: they are copied. Only what lies in the folder that the settings name is touched.
"""

import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.ids import id_for
from services.core.logging import get
from services.core.media import Media, clean_name, make_folder, sync_folder
from services.core.recording_messages import ClipReady
from services.intake.acceptor import Picture
from services.intake.desk import Closed
from services.intake.jpeg import NotAJpeg, Truncated, measure
from services.recorder.command import STAMP
from services.recorder.motion_program import Events, Told
from services.recorder.probe import Film, look
from services.store import camera, clip
from services.store.clip import Clip
from services.store.engine import Away, reason

EVERY_S = 1.0
MOST = 1_000_000
PLACE = "motion.json"
ENDINGS = (".mp4", ".mkv", ".avi", ".mov")
taken = Counter("recorder_motion_files", "files of the program Motion, by what became of them", ["outcome"])
log = get(__name__)


@dataclass(frozen=True)
class Source:
    """Motion's log, the folder of its files, and where the place in the log is remembered."""

    log: Path
    folder: Path
    remembered: Path


class Log:
    """Reads what is added to a file, also when it is rotated or cut short."""

    def __init__(self, source: Source) -> None:
        self._path = source.log
        self._remembered = source.remembered / PLACE
        self._place = self._read_place()
        self._rest = b""

    def lines(self) -> list[str]:
        """What is new, as whole lines; nothing where there is no file."""
        try:
            with self._path.open("rb") as file:
                told = os.fstat(file.fileno())
                inode, at = self._place
                if inode != told.st_ino or at > told.st_size:
                    at, self._rest = 0, b""
                file.seek(at)
                data = file.read(MOST)
        except FileNotFoundError:
            return []
        self._place = (told.st_ino, at + len(data))
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [one.decode(errors="replace") for one in lines]

    def remember(self) -> None:
        """What has been read so far is not read again by the next process."""
        inode, at = self._place
        temporary = self._remembered.with_suffix(".part")
        temporary.write_text(json.dumps([inode, at - len(self._rest)]))
        temporary.replace(self._remembered)

    def _read_place(self) -> tuple[int, int]:
        try:
            inode, at = json.loads(self._remembered.read_text())
        except (OSError, ValueError):
            return (0, 0)
        return int(inode), int(at)


class MotionFolder:
    """Follows Motion. Reading something twice changes nothing: a clip's id is made of its file's name and time."""

    def __init__(
        self,
        engine: Engine,
        media: Media,
        clock: Clock,
        source: Source,
        hand_in: Callable[[Picture], None],
        ring: Callable[[ClipReady], None],
    ) -> None:
        self._engine = engine
        self._media = media
        self._clock = clock
        self._source = source
        self._hand_in = hand_in
        self._ring = ring
        self._log = Log(source)
        self._events = Events()
        self._over: list[Told] = []

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Follows the log until `stopping`."""
        while not stopping.wait(EVERY_S):
            beat()
            try:
                self.go()
            except Away as error:
                log.warning("motion_put_off", error=reason(error))

    def go(self) -> int:
        """Reads what is new; how many clips that made."""
        now = self._clock.monotonic()
        for line in self._log.lines():
            self._events.feed(line, now)
        self._over += self._events.over(now)
        count = 0
        while self._over:
            count += self._take(self._over[0])
            self._over.pop(0)
        if not self._events.are_open:
            self._log.remember()
        return count

    def _take(self, told: Told) -> int:
        for path in told.pictures:
            self._try(path, lambda file: self._picture(told.camera, file))
        return sum(self._try(path, lambda file: self._movie(told.camera, file)) for path in told.movies)

    def _try(self, path: str, take: Callable[[Path], bool]) -> bool:
        try:
            done = take(self._inside(path))
        except (OSError, NotAJpeg, Truncated, Closed) as error:
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            log.warning("motion_file_not_taken", name=Path(path).name, error=why)
            done = False
        taken.labels("taken" if done else "refused").inc()
        return done

    def _inside(self, path: str) -> Path:
        whole = (self._source.folder / path).resolve()
        if not whole.is_relative_to(self._source.folder.resolve()):
            raise PermissionError(1, "it lies outside of Motion's folder")
        return whole

    def _picture(self, source: str, file: Path) -> bool:
        if file.suffix.lower() not in (".jpg", ".jpeg"):
            return False
        data = file.read_bytes()
        captured_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        self._hand_in(Picture(source, data, measure(data), self._clock.now(), captured_at))
        return True

    def _movie(self, source: str, file: Path) -> bool:
        film = look(file) if file.suffix.lower() in ENDINGS and file.is_file() else None
        if film is None:
            return False
        ended_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        with self._engine.begin() as connection:
            camera_id = camera.register(connection, source, self._clock.now())
        made = self._clip(camera_id, file, film, ended_at)
        with self._engine.connect() as connection:
            if clip.find(connection, made.id):
                return False
        self._copy(file, str(made.path))
        with self._engine.begin() as connection:
            clip.add_sent(connection, made)
        self._ring(_bell(made, self._clock))
        return True

    def _copy(self, file: Path, path: str) -> None:
        target = self._media.path(path)
        make_folder(target.parent)
        temporary = target.parent / f".{target.name[-100:]}.part"
        shutil.copyfile(file, temporary)
        with temporary.open("rb") as copied:
            os.fsync(copied.fileno())
        temporary.replace(target)
        sync_folder(target.parent)

    def _clip(self, camera_id: str, file: Path, film: Film, ended_at: datetime) -> Clip:
        began_at = ended_at - timedelta(seconds=film.seconds)
        clip_id = id_for(ended_at, file.name)
        day, stamp = began_at.astimezone().date().isoformat(), f"{began_at:{STAMP}}Z"
        now = self._clock.now()
        return Clip(
            id=clip_id,
            camera_id=camera_id,
            because="motion_program",
            detail=clean_name(file.name)[: clip.DETAIL_MAX],
            sighting_id=None,
            from_at=began_at,
            to_at=ended_at,
            state="ready",
            claimed_by=None,
            claim_expires_at=None,
            attempts=0,
            error=None,
            path=f"recordings/{day}/{camera_id}-motion-{stamp}-{clip_id[-8:]}{file.suffix.lower()}",
            began_at=began_at,
            ended_at=ended_at,
            bytes=film.bytes,
            kept=False,
            preview="waiting",
            ready_at=now,
            created_at=now,
        )


def _bell(made: Clip, clock: Clock) -> ClipReady:
    told = {"camera_id": made.camera_id, "because": made.because, "outcome": "ready", "error": None}
    return ClipReady.make(clock, "recorder", clip_id=made.id, began_at=made.began_at, ended_at=made.ended_at, **told)
