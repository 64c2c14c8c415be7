"""Raises that a device is stale. What happens while scribe hears nothing does not count against a device."""

import threading
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.scribe import device_rules as rules
from services.scribe import watching
from services.store import device, event
from services.store.device import Device
from services.store.event import Event

LOOK_EVERY_S = 5.0
PAUSE_S = 60.0
"""A loop that did not run for so long heard nothing meanwhile: the machine slept, or was too busy."""
JUMP_S = 10.0
log = get(__name__)


class DeviceWatch:
    """Looks at every device, again and again."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._connections = bus.connections
        self._since = self._looked_at = clock.now()
        self._looked = clock.monotonic()

    def look(self) -> list[Event]:
        """Writes an event for each device that has become stale, and rings for it; gives them.

        Raises what the database raises when it is away.
        """
        self._note_deafness()
        with self._engine.begin() as connection:
            raised = [made for one in device.all_devices(connection) if (made := self._raised(connection, one))]
            event.add(connection, raised)
        if raised:
            self._bus.ring(*(one.bell(self._clock, "scribe") for one in raised))
        return raised

    def keep_looking(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every few seconds. With the database away nothing that devices say is written: time begins anew."""
        watching.keep_looking(stopping, beat, self.look, LOOK_EVERY_S, self._away)

    def _away(self, why: str) -> None:
        self._since = self._clock.now()
        log.warning("devices_not_watched", error=why)

    def _note_deafness(self) -> None:
        is_cut_off = not self._bus.connected() or self._bus.connections != self._connections
        if self._has_lost_time() or is_cut_off:
            self._since = self._clock.now()
            self._connections = self._bus.connections

    def _has_lost_time(self) -> bool:
        """Whether it has not looked for long, or the clock was set since: by either, all devices would be stale."""
        now, seconds = self._clock.now(), self._clock.monotonic()
        passed = seconds - self._looked
        by_the_wall = (now - self._looked_at).total_seconds()
        self._looked_at, self._looked = now, seconds
        return passed > PAUSE_S or abs(by_the_wall - passed) > JUMP_S

    def _raised(self, connection: Connection, one: Device) -> Event | None:
        now = self._clock.now()
        if not rules.is_stale(one, now, self._since):
            return None
        if not device.mark_stale(connection, one.id, one.last_seen_at, now):
            return None
        log.warning("device_stale", device_id=one.id)
        said = f"nothing heard for {rules.lasting(one.stale_after)}"
        return Event(new_id(), "device_stale", None, None, said, now, now, now, device_id=one.id)
