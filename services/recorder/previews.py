"""Small pictures and small copies of segments and clips, beside them. Nothing waits for them: all else goes first.

One at a time, at the lowest priority, for a share of the time only, and not at all while pictures wait for detection.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media, sync_folder
from services.core.recording_files import companions
from services.recorder import command
from services.store import clip, figures, garbage, segment
from services.store.clip import Clip
from services.store.engine import Away, reason
from services.store.segment import Segment

EVERY_S = 2.0
SLICE_S = 0.2
BUSY_EVERY_S = 2.0
LIMIT_S = 3600.0
WORK = "recordings/.previews"
LOWEST = ("nice", "-n", "19", "ionice", "-c", "3")
BEGIN_BEFORE = ("motion", "sighting", "rule")
SHOWS_AFTER = timedelta(seconds=1)
WAITING = ("images_pending", "images_detecting")
previews = Counter("recorder_previews", "previews of segments and clips, by what became of them", ["outcome"])
log = get(__name__)


class Previews:
    """Makes one after the other. `share` (0-1) is how much of the time it may work; `what` is `all` or `clips`.

    `before` is how long clips begin before what they show.
    """

    def __init__(self, engine: Engine, media: Media, clock: Clock, share: float, what: str, before: timedelta) -> None:
        self._engine = engine
        self._media = media
        self._clock = clock
        self._share = share
        self._what = what
        self._before = before
        self._looked_at = float("-inf")
        self._was_busy = False

    def work(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Makes previews until `stopping`."""
        while not stopping.is_set():
            beat()
            try:
                done = not self._busy() and self.make_one(stopping, beat)
            except Away as error:
                log.warning("previews_put_off", error=reason(error))
                done = False
            if not done:
                stopping.wait(EVERY_S)

    def make_one(self, stopping: threading.Event, beat: Callable[[], None] = lambda: None) -> bool:
        """The next one; False when none is wanted, or it was told to stop."""
        with self._engine.connect() as connection:
            one = self._next(connection)
        if one is None or one.path is None:
            return False
        done = self._make(one.path, _moments(one, self._before), lambda line: self._run(line, stopping, beat))
        if stopping.is_set():
            return False
        outcome = "made" if done else "failed"
        noun = clip if isinstance(one, Clip) else segment
        with self._engine.begin() as connection:
            if not noun.set_preview(connection, one.id, outcome):
                for path in companions(one.path) if done else ():
                    garbage.add(connection, path, "what it is of was let go", self._clock.now())
        previews.labels(outcome).inc()
        return True

    def _next(self, connection: Connection) -> Clip | Segment | None:
        found = clip.without_preview(connection)
        return found or (segment.without_preview(connection) if self._what == "all" else None)

    def _make(self, path: str, moments: Sequence[float], run: Callable[[Sequence[str]], bool]) -> bool:
        source = self._media.path(path)
        picture, small = (self._media.path(one) for one in companions(path))
        work = self._media.root / WORK
        work.mkdir(parents=True, exist_ok=True)
        # Where a film has nothing, ffmpeg says nothing of that.
        made = any(_kept(run(command.picture(source, work / "p.jpg", at)), work / "p.jpg", picture) for at in moments)
        return made and _kept(run(command.preview(source, work / "p.mp4")), work / "p.mp4", small)

    def _run(self, line: Sequence[str], stopping: threading.Event, beat: Callable[[], None]) -> bool:
        """Runs a command for its share of the time; whether it ended well."""
        until = self._clock.monotonic() + LIMIT_S
        process = subprocess.Popen((*LOWEST, *line), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not stopping.is_set() and self._clock.monotonic() < until:
                if _ended(process, SLICE_S):
                    return process.returncode == 0
                beat()
                self._rest(process, stopping, beat)
            return False
        finally:
            process.kill()
            process.wait()

    def _rest(self, process: subprocess.Popen[bytes], stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Holds it for the rest of the time, and for as long as pictures wait."""
        os.kill(process.pid, signal.SIGSTOP)
        stopping.wait(SLICE_S * (1 / self._share - 1))
        while self._busy() and not stopping.is_set():
            beat()
            stopping.wait(SLICE_S)
        os.kill(process.pid, signal.SIGCONT)

    def _busy(self) -> bool:
        """Whether pictures wait for a detector; asked every two seconds."""
        now = self._clock.monotonic()
        if now - self._looked_at >= BUSY_EVERY_S:
            with self._engine.connect() as connection:
                found = figures.waiting(connection)
            self._was_busy = any(found[name] for name in WAITING)
            self._looked_at = self._clock.monotonic()
        return self._was_busy


def _moments(one: Clip | Segment, before: timedelta) -> tuple[float, ...]:
    """From which of its seconds the small picture is, the first that the film has.

    A clip's is from just after what it was cut for: before that nobody is there yet, and often nobody at its middle.
    """
    if not isinstance(one, Clip) or one.began_at is None or one.ended_at is None:
        return 1, 0
    middle = (one.ended_at - one.began_at).total_seconds() / 2
    shows = (one.from_at + before + SHOWS_AFTER - one.began_at).total_seconds()
    return (max(shows, 0), middle, 1, 0) if one.because in BEGIN_BEFORE else (middle, 1, 0)


def _ended(process: subprocess.Popen[bytes], wait_s: float) -> bool:
    try:
        process.wait(wait_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kept(went_well: bool, made: Path, target: Path) -> bool:
    """Gives what was made its place; whether there is anything."""
    if not went_well or not made.exists() or not made.stat().st_size:
        made.unlink(missing_ok=True)
        return False
    made.replace(target)
    sync_folder(target.parent)
    return True
