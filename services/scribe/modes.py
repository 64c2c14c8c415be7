"""What the house is set to: `mode/set` becomes a row, and the newest row is told as `mode/state`, retained.

So is that it is arming, or pending, and that it is so no longer.
"""

from datetime import datetime
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.logging import get
from services.core.mode_messages import ModeSet, ModeState
from services.scribe.teller import Teller
from services.store import entry, mode
from services.store.entry import Entry
from services.store.mode import Standing, Wish

asked = Counter("scribe_modes_asked", "messages that want another mode, by what came of them", ["result"])
log = get(__name__)


class Modes(Teller):
    """Writes down who sets what, goes back when its time is up, and tells the mode whoever has written it."""

    noun = "modes"
    not_told = "mode_not_told"

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        super().__init__(engine, bus, clock)
        self._told: tuple[int, dict[str, Any]] | None = None

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
        now = self._clock.now()
        with self._engine.begin() as connection:
            if mode.go_back(connection, now):
                log.info("mode_time_up")
            entry.end_due(connection, now)
            fields = _fields(mode.current(connection), entry.present(connection, now), now)
        if self._told == (connection_number, fields):
            return False
        self._bus.publish(ModeState.make(self._clock, "scribe", **fields))
        self._told = (connection_number, fields)
        log.info(
            "mode_told",
            mode_id=fields["mode_id"],
            by=fields["by"],
            arming=fields["arming"],
            pending=fields["pending_until"] is not None,
        )
        return True


def _fields(now_set: Standing, waits: Entry | None, now: datetime) -> dict[str, Any]:
    """What `mode/state` says at that moment; `waits` is the entry that lasts."""
    return {
        "mode_id": now_set.mode_id,
        "name": now_set.name,
        "since": now_set.since,
        "by": now_set.set_by,
        "reason": now_set.reason,
        "until": now_set.until,
        "schedule_id": now_set.schedule_id,
        "arming": now_set.arming_at(now) is not None,
        "arming_until": now_set.arming_until,
        "entry_s": now_set.entry_s,
        "pending_until": waits.until if waits else None,
        "pending_because": waits.said if waits else None,
    }
