"""What several triggers of devices say, read with few statements and written with few."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from services.core.device_messages import DeviceTrigger
from services.core.ids import new_id
from services.scribe import device_rules as rules
from services.store import device, event
from services.store.device import Device
from services.store.event import Event


class TriggerBook:
    """Within one transaction: each trigger sees what those before it have changed; `write` writes all of it."""

    def __init__(self, connection: Connection, triggers: Sequence[DeviceTrigger], now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._devices = device.lock_groups(connection, {one.device_id for one in triggers})
        self._events = event.find_all(connection, [one.id for one in triggers])
        self._changed: dict[str, Device] = {}
        self._written: list[Event] = []

    def settle(self, trigger: DeviceTrigger) -> list[Event] | None:
        """The events of a trigger; of one that was settled before, the event that it made then. None: of no device."""
        found = self._changed.get(trigger.device_id) or self._devices.get(trigger.device_id)
        if found is None:
            return None
        if trigger.id in self._events:
            return [self._events[trigger.id]]
        written = [self._event(new_id(), "device_back", found, "it speaks again")] if found.stale_since else []
        heard = replace(found, last_seen_at=self._now, stale_since=None)
        overtaken = rules.is_overtaken(rules.happened_at(trigger), found, self._now)
        # A quiet one may come twice, and wrote no event by which that could be known.
        if trigger.active or not overtaken:
            written += self._reported(found, trigger, overtaken)
        if not overtaken:
            heard = rules.triggered(heard, trigger, self._now)
        self._changed[found.id] = heard
        self._written += written
        return written

    def write(self) -> None:
        """Writes what the devices are now, and the events."""
        device.note(self._connection, list(self._changed.values()))
        event.add(self._connection, self._written)

    def _reported(self, found: Device, trigger: DeviceTrigger, overtaken: bool) -> list[Event]:
        kind = rules.event_kind(trigger, found)
        if kind is None:
            return []
        made = self._event(trigger.id, kind, found, rules.detail(trigger, found))
        happened = rules.happened_at(trigger)
        of_group = None if overtaken else rules.of_group(trigger, found, self._group(found))
        self._events[trigger.id] = replace(
            made, happened_at=happened, value=trigger.value, undecided_since=self._now, of_group=of_group
        )
        return [self._events[trigger.id]]

    def _group(self, found: Device) -> list[Device]:
        """The others of its group, as they are by now."""
        others = [one for one in (self._devices | self._changed).values() if one.id != found.id]
        return [one for one in others if one.group_name is not None and one.group_name == found.group_name]

    def _event(self, event_id: str, kind: str, found: Device, said: str) -> Event:
        return Event(event_id, kind, None, None, said, self._now, self._now, self._now, device_id=found.id)
