"""Raises that a device has been active for too long (`device_escalated`), once until it is quiet or silent."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.ids import new_id
from services.core.logging import get
from services.scribe import hold_rules as rules
from services.scribe import watching
from services.scribe.device_rules import lasting
from services.store import event, hold
from services.store.device import Device
from services.store.event import Event
from services.store.hold import Hold

LOOK_EVERY_S = 1.0
log = get(__name__)


class Escalations:
    """Looks at the devices that are active, again and again."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock

    def look(self) -> list[Event]:
        """Writes an event for each device that escalates, or whose silence ends that; rings for them; gives them.

        Raises what the database raises when it is away.
        """
        with self._engine.connect() as connection:
            due = [one.id for one, held in hold.escalating(connection) if self._is_due(one, held)]
        if not due:
            return []
        with self._engine.begin() as connection:
            found = hold.lock(connection, due).values()
            written = [self._raised(connection, one, held) for one, held in found if self._is_due(one, held)]
            event.add(connection, written)
        self._bus.ring(*(one.bell(self._clock, "scribe") for one in written))
        return written

    def keep_looking(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Looks every second."""
        watching.keep_looking(stopping, beat, self.look, LOOK_EVERY_S, self._away)

    def _away(self, why: str) -> None:
        log.warning("escalations_not_watched", error=why)

    def _is_due(self, one: Device, held: Hold) -> bool:
        return _is_silenced(one, held) or rules.escalates(one, held, self._clock.now())

    def _raised(self, connection: Connection, one: Device, held: Hold) -> Event:
        now = self._clock.now()
        if held.escalated_at is not None and _is_silenced(one, held):
            hold.write(connection, [replace(held, escalated_at=None)])
            return resolved(one.id, "nothing is heard of it any more", held.escalated_at, now)
        hold.write(connection, [replace(held, escalated_at=now)])
        log.info("device_escalated", device_id=one.id)
        return _escalated(one, now)


def resolved(device_id: str, why: str, escalated_at: datetime, now: datetime) -> Event:
    """The event that what escalated is over."""
    apart = abs(now - escalated_at)
    minutes = timedelta(minutes=round(apart / timedelta(minutes=1)))
    said = f"{why}, {lasting(minutes or timedelta(seconds=apart.seconds))} after it escalated"
    return Event(new_id(), "device_resolved", None, None, said, now, now, now, device_id=device_id)


def _is_silenced(one: Device, held: Hold) -> bool:
    return held.escalated_at is not None and one.stale_since is not None


def _escalated(one: Device, now: datetime) -> Event:
    said = f"active for {lasting(timedelta(seconds=one.escalate_after_s or 0))}"
    return Event(new_id(), "device_escalated", None, None, said, now, now, now, device_id=one.id, undecided_since=now)
