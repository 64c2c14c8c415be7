"""What the house is set to: `mode/set` becomes a row, and the newest row is told as `mode/state`, retained."""

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.mode_messages import ModeSet, ModeState
from services.scribe.teller import Teller
from services.store import mode
from services.store.mode import Standing, Wish

asked = Counter("scribe_modes_asked", "messages that want another mode, by what came of them", ["result"])
log = get(__name__)


class Modes(Teller):
    """Writes down who sets what, goes back when its time is up, and tells the mode whoever has written it."""

    noun = "modes"
    not_told = "mode_not_told"

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        super().__init__(engine, bus, clock)
        self._told: tuple[int, Standing] | None = None

    def take(self, message: ModeSet) -> None:
        """The handler of `mode/set`. A mode that is none, or one that came late, is counted and logged."""
        said = message.model_dump(include={"id", "mode_id", "by", "reason", "until", "schedule_id"})
        wish = Wish(**said, asked_at=message.at)
        with self._engine.begin() as connection:
            outcome = mode.enter(connection, wish, self._clock.now())
        asked.labels(outcome).inc()
        if outcome == "unknown_mode":
            log.warning("mode_refused", mode_id=message.mode_id, by=message.by, fix="name one of the page Modes")
        if outcome == "overtaken":
            log.info("mode_overtaken", mode_id=message.mode_id, by=message.by, asked_at=message.at.isoformat())
        self.wake()

    def look(self) -> bool:
        """Goes back to the mode before when it is time; then as everything retained."""
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
            schedule_id=now.schedule_id,
        )
