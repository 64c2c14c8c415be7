"""What was recorded last of cameras that are recorded no longer: after a kill nobody else would file it."""

from collections.abc import Collection

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.recorder.shelf import Owner, Shelf
from services.store import stream

EVERY_S = 60.0
log = get(__name__)


class Leftovers:
    """Looks at once, and then every minute."""

    def __init__(self, engine: Engine, shelf: Shelf, clock: Clock) -> None:
        self._engine = engine
        self._shelf = shelf
        self._clock = clock
        self._looked_at = float("-inf")

    def look(self, recorded: Collection[str]) -> None:
        """Files what is there of all cameras but those that are recorded now: these look after it themselves."""
        if self._clock.monotonic() - self._looked_at < EVERY_S:
            return
        left = [one for one in self._shelf.at_work() if one not in recorded]
        with self._engine.connect() as connection:
            sources = stream.sources(connection, left)
        self._looked_at = self._clock.monotonic()
        for camera_id in left:
            # A camera that nobody knows any more, as with an older database, comes back under its id.
            self._file(Owner(camera_id, sources.get(camera_id, camera_id)))

    def _file(self, owner: Owner) -> None:
        try:
            count = self._shelf.recover(owner)
            self._shelf.close(owner.camera_id)
        except OSError as error:
            log.error("segments_not_filed", camera=owner.camera_id, error=error.strerror)
            return
        log.info("leftovers_filed", camera=owner.camera_id, segments=count)
