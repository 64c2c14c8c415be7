"""What devices say (`device/<id>/heartbeat`, `/trigger` and `/reading`) becomes rows and events."""

from datetime import UTC, datetime, time

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.device_messages import DeviceHeartbeat, DeviceReading, DeviceTrigger
from services.core.ids import id_for, new_id
from services.core.logging import get
from services.scribe import device_rules as rules
from services.scribe import meter_rules
from services.scribe.device_limit import DeviceLimit, DeviceWord
from services.scribe.trigger_book import TriggerBook
from services.store import device, event, forgetting, meter
from services.store.device import Device
from services.store.event import Event
from services.store.meter import Reading

ignored = Counter("scribe_device_triggers_ignored", "triggers and readings that were ignored, by reason", ["reason"])
taken = Counter("scribe_device_messages", "messages of devices that were written down, by kind", ["kind"])
log = get(__name__)


class Devices:
    """Registers devices, writes down what they report, and rings for it."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._limit = DeviceLimit(clock)
        self._has_met_all = False

    def heartbeat(self, message: DeviceHeartbeat) -> None:
        """The handler of `device/<id>/heartbeat`: registers or refreshes, and never triggers."""
        if not self._let_in(message):
            return
        with self._engine.begin() as connection:
            found = device.lock(connection, message.device_id)
            if found is None and not self._may_register(connection, message.device_id):
                self._limit.finished()
                return
            written = self._refreshed(connection, found, message) if found else self._registered(connection, message)
            event.add(connection, written)
        self._limit.finished()
        self._limit.met(message.device_id)
        taken.labels("heartbeat").inc()
        self._ring(written)

    def trigger(self, *messages: DeviceTrigger) -> None:
        """The handler of `device/<id>/trigger`. Rings also for one that came twice: the first bell may be lost."""
        timely = [one for one in messages if self._is_timely(one) and self._let_in(one)]
        if not timely:
            return
        with self._engine.begin() as connection:
            book = TriggerBook(connection, timely, self._clock.now())
            settled = [(one, book.settle(one)) for one in timely]
            book.write()
        self._limit.finished()
        self._ring([made for one, written in settled for made in self._noted(one, written)])

    def _is_timely(self, message: DeviceTrigger) -> bool:
        why = rules.refusal(message, self._limit.first_heard(message))
        if why is not None:
            self._ignore(message, why)
        return why is None

    def _noted(self, message: DeviceTrigger, written: list[Event] | None) -> list[Event]:
        if written is None:
            self._ignore(message, "unknown device")
            return []
        self._limit.met(message.device_id)
        taken.labels("trigger").inc()
        return written

    def reading(self, message: DeviceReading) -> None:
        """The handler of `device/<id>/reading`. One that comes late is kept, and says nothing of how it stands now."""
        read = meter_rules.reading_of(message)
        why = meter_rules.refusal(read, self._limit.first_heard(message))
        if why is not None:
            self._ignore(message, why)
            return
        if not self._let_in(message):
            return
        with self._engine.begin() as connection:
            found = device.lock(connection, message.device_id)
            written = self._read(connection, found, read) if found else None
        self._limit.finished()
        if written is None:
            self._ignore(message, "unknown device")
            return
        self._limit.met(message.device_id)
        taken.labels("reading").inc()
        self._ring(written)

    def _let_in(self, message: DeviceWord) -> bool:
        self._meet_all()
        if self._limit.allows(message):
            return True
        if self._limit.floods(message):
            self._tell_flood(message.device_id)
        return False

    def _meet_all(self) -> None:
        """Once after the start: whoever makes ids up must not shut those out that have their row."""
        if self._has_met_all:
            return
        with self._engine.connect() as connection:
            for one in device.all_devices(connection):
                self._limit.met(one.id)
        self._has_met_all = True

    def _tell_flood(self, device_id: str) -> None:
        """An event, the same one for the whole day, so that a restart adds none."""
        now = self._clock.now()
        day = datetime.combine(now.date(), time(), UTC)
        said = "it sends faster than it may; what is too much is ignored"
        written = _event(id_for(day, f"device_flooding {device_id}"), "device_flooding", device_id, said, now, now)
        log.warning("device_flooding", device_id=device_id)
        with self._engine.begin() as connection:
            if device.find(connection, device_id) is None or event.find(connection, written.id):
                return
            event.add(connection, [written])
        self._ring([written])

    def _may_register(self, connection: Connection, device_id: str) -> bool:
        """Not while it is being forgotten: its heartbeats afterwards make it a new one."""
        return not forgetting.is_begun(connection, device_id) and self._limit.allows_another(
            device_id, device.count(connection)
        )

    def _registered(self, connection: Connection, message: DeviceHeartbeat) -> list[Event]:
        now = self._clock.now()
        device.register(connection, message.device_id, rules.described(message), now)
        log.info("device_new", device_id=message.device_id, device_kind=message.kind)
        where = f" in {message.location}" if message.location else ""
        said = f"{message.called} ({message.kind}){where}"
        return [_event(message.id, "device_new", message.device_id, said, now, now)]

    def _refreshed(self, connection: Connection, found: Device, message: DeviceHeartbeat) -> list[Event]:
        if found.described != rules.described(message):
            device.describe(connection, found.id, rules.described(message))
        return self._heard(connection, found)

    def _read(self, connection: Connection, found: Device, read: Reading) -> list[Event]:
        """The events of a reading; of one that was kept before, the event that it made then."""
        now = self._clock.now()
        one = meter.lock(connection, found.id) or meter.begin(connection, read)
        before = meter.newest(connection, found.id, now)
        if not meter.add(connection, read):
            known = event.find(connection, read.id)
            return [known] if known else []
        if meter_rules.answers(one, read):
            meter.change(connection, found.id, reset_done_at=now)
        turn = meter_rules.turn(found, one, read) if meter_rules.is_news(read, before, now) else None
        if turn is not None:
            return self._turned(connection, turn)
        written = self._heard(connection, found)
        event.add(connection, written)
        return written

    def _turned(self, connection: Connection, turn: DeviceTrigger) -> list[Event]:
        """What a reading means for how its meter stands, as if the meter itself had said so."""
        book = TriggerBook(connection, [turn], self._clock.now())
        written = book.settle(turn) or []
        book.write()
        return written

    def _heard(self, connection: Connection, found: Device) -> list[Event]:
        """Notes that it spoke; the event that it is back when it was stale."""
        now = self._clock.now()
        device.heard(connection, found.id, now)
        if found.stale_since is None:
            return []
        return [_event(new_id(), "device_back", found.id, "it speaks again", now, now)]

    def _ignore(self, message: DeviceTrigger | DeviceReading, why: str) -> None:
        ignored.labels(why).inc()
        if self._limit.worth_a_line(message.device_id):
            log.warning("trigger_ignored", device_id=message.device_id, reason=why, at=message.at.isoformat())

    def _ring(self, written: list[Event]) -> None:
        if written:
            self._bus.ring(*(one.bell(self._clock, "scribe") for one in written))


def _event(event_id: str, kind: str, device_id: str, detail: str, happened_at: datetime, now: datetime) -> Event:
    return Event(event_id, kind, None, None, detail, happened_at, now, now, device_id=device_id)
