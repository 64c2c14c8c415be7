"""The nightly chore: what killed writers left, thumbnails without an image, expired links, what is too old."""

import re
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.media import Media
from services.core.messages import ChoreNightly
from services.keeper import metrics
from services.keeper.ageing import Ageing
from services.store import garbage, service, share
from services.store.engine import Away, reason

DAY_S = 86_400
BATCH = 500
WAIT_S = 5.0
_THUMB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jpg")
log = get(__name__)


class Nightly:
    """Waits for the bell and tidies. Losing a bell costs nothing: the next night does the same."""

    def __init__(self, engine: Engine, media: Media, clock: Clock, ageing: Ageing) -> None:
        self._engine = engine
        self._media = media
        self._clock = clock
        self._ageing = ageing
        self._asked = threading.Event()

    def ask(self, message: ChoreNightly) -> None:
        """The handler: returns at once, the loop does the work."""
        self._asked.set()

    def keep_tidy(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """The loop."""
        while not stopping.is_set():
            beat()
            if not self._asked.wait(WAIT_S):
                continue
            self._asked.clear()
            try:
                self.tidy(stopping, beat)
            except Away as error:
                log.warning("nightly_put_off", error=reason(error))
                self._asked.set()
                stopping.wait(WAIT_S)

    def tidy(self, stopping: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Does the chore once."""
        parts = [path for path in old_parts(self._media, self._clock) if _removed(path, "part")]
        thumbs = 0
        for batch in stale_thumbs(self._engine, self._media):
            beat()
            thumbs += sum(_removed(path, "thumb") for path in batch)
        with self._engine.begin() as connection:
            figures = service.forget_old_figures(connection, self._clock.now())
            shares = share.forget_expired(connection, self._clock.now())
        rows = self._ageing.forget(stopping, beat)
        log.info("nightly_done", parts=len(parts), thumbs=thumbs, figures=figures, shares=shares, **rows)


def old_parts(media: Media, clock: Clock) -> list[Path]:
    """Temporary files older than a day: their writers are dead, and nobody was told that they were accepted."""
    over = clock.now().timestamp() - DAY_S
    return [path for path in media.leftovers() if _older(path, over)]


def stale_thumbs(engine: Engine, media: Media) -> Iterator[list[Path]]:
    """Thumbnails without an image, in batches. Files that are not named like thumbnails are not ours."""
    thumbs = (path for path in media.root.glob("thumbs/*/*.jpg") if _THUMB.fullmatch(path.name))
    while batch := list(islice(thumbs, BATCH)):
        with engine.connect() as connection:
            stale = garbage.without_image(connection, [path.stem for path in batch])
        yield [path for path in batch if path.stem in stale]


def _older(path: Path, over: float) -> bool:
    try:
        return path.stat().st_mtime < over
    except FileNotFoundError:
        return False


def _removed(path: Path, what: str) -> bool:
    try:
        path.unlink()
    except OSError as error:
        log.warning("leftover_stays", path=str(path), reason=error.strerror)
        return False
    metrics.unlinked.labels(what).inc()
    return True
