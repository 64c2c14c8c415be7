"""Carries out what people forget: a device with millions of events keeps nothing else from being written meanwhile."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.store import forgetting
from services.store.engine import Away, Misfit, reason
from services.store.forgetting import Forgetting

LOOK_EVERY_S = 10.0
log = get(__name__)


class Forgetter:
    """Looks for devices that are to be forgotten, and deletes them some rows at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._changed = threading.Event()

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell: the loop looks at once."""
        self._changed.set()

    def keep_looking(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every few seconds, and at once after a bell. Ends between two steps."""
        while not stopping.is_set():
            self._changed.clear()
            try:
                self.look(stopping, beat)
            except Away as error:
                log.warning("forgetting_waits", error=reason(error))
            beat()
            self._changed.wait(LOOK_EVERY_S)

    def look(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Forgets every device that is to be forgotten; one that cannot be does not keep the others from it.

        Raises what the database raises when it is away.
        """
        with self._engine.connect() as connection:
            begun = forgetting.begun(connection)
        for one in begun:
            try:
                while not stopping.is_set() and not self._step(one):
                    beat()
            except Misfit as error:
                log.error("device_not_forgotten", device_id=one.device_id, error=reason(error))

    def _step(self, one: Forgetting) -> bool:
        """Deletes some; whether nothing is left of it. Each step stands by itself."""
        with self._engine.begin() as connection:
            if forgetting.delete_some(connection, one.device_id) == forgetting.AT_ONCE:
                return False
        with self._engine.begin() as connection:
            if not forgetting.finish(connection, one, self._clock.now()):
                return False
        log.info("device_forgotten", device_id=one.device_id)
        return True
