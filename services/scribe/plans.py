"""Carries out the plan `keep` (`work/keep`): the picture stays as it is, without a look."""

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.messages import WorkKeep
from services.store import work

kept = Counter("scribe_images_kept", "bells to keep a picture without a look, by what they changed", ["result"])


class Plans:
    """Marks pictures as kept."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def keep(self, message: WorkKeep) -> None:
        """The handler: `new` → `kept`. A picture that is past `new` stays what it is."""
        with self._engine.begin() as connection:
            changed = work.keep(connection, message.image_id, self._clock.now())
        kept.labels("kept" if changed else "known").inc()
