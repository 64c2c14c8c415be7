"""What the house is set to: `mode/set` becomes a row, and the newest row is told as `mode/state`, retained."""

import threading
from collections.abc import Callable

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.bus import Bus, BusAway
from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.core.mode_messages import ModeSet, ModeState
from services.store import mode
from services.store.engine import Away, reason
from services.store.mode import Standing, Wish

LOOK_EVERY_S = 1.0
asked = Counter("scribe_modes_asked", "messages that want another mode, by what came of them", ["result"])
log = get(__name__)


class Modes:
    """Writes down who sets what, goes back when its time is up, and tells the mode whoever has written it."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._told: tuple[int, Standing] | None = None
        self._changed = threading.Event()

    def take(self, message: ModeSet) -> None:
        """The handler of `mode/set`. A mode that is none, or one that came late, is counted and logged."""
        wish = Wish(message.id, message.mode_id, message.by, message.reason, message.until, message.at)
        with self._engine.begin() as connection:
            outcome = mode.enter(connection, wish, self._clock.now())
        asked.labels(outcome).inc()
        if outcome == "unknown_mode":
            log.warning("mode_refused", mode_id=message.mode_id, by=message.by, fix="name one of the page Modes")
        if outcome == "overtaken":
            log.info("mode_overtaken", mode_id=message.mode_id, by=message.by, asked_at=message.at.isoformat())
        self._changed.set()

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell: the loop looks at once."""
        self._changed.set()

    def look(self) -> bool:
        """Goes back to the mode before when it is time, and publishes what the broker may not hold; whether it did.

        Raises `BusAway` or what the database raises when it is away; the next look makes up for it.
        """
        connection_number = self._bus.connections
        with self._engine.begin() as connection:
            if mode.go_back(connection, self._clock.now()):
                log.info("mode_time_up")
            now = mode.current(connection)
        if self._told == (connection_number, now):
            return False
        self._bus.publish(self._state(now))
        self._told = (connection_number, now)
        log.info("mode_told", mode_id=now.mode_id, by=now.set_by)
        return True

    def keep_told(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every second, and at once after a change or a bell."""
        while not stopping.is_set():
            beat()
            self._changed.clear()
            try:
                self.look()
            except (BusAway, *Away) as error:
                log.warning("mode_not_told", error=reason(error))
            self._changed.wait(LOOK_EVERY_S)

    def _state(self, now: Standing) -> ModeState:
        return ModeState.make(
            self._clock,
            "scribe",
            mode_id=now.mode_id,
            name=now.name,
            since=now.since,
            by=now.set_by,
            reason=now.reason,
            until=now.until,
        )
