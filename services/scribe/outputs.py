"""What outputs report (`output/<id>/state`) and what flows and scripts want of them (`output/<id>/ask`)."""

from datetime import datetime

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.bus import Bus
from services.core.clock import Clock
from services.core.device_words import SPEAKER
from services.core.ids import new_id
from services.core.logging import get
from services.core.mode_messages import ScheduleState
from services.core.rate import RateLimit
from services.core.rule_messages import OutputAsk, OutputState
from services.scribe import hold_rules as rules
from services.scribe.commands import Commands
from services.scribe.device_rules import is_timely
from services.store import command, device, device_group, event, schedule
from services.store.command import Command
from services.store.device import Device
from services.store.event import Event

STATES_A_SECOND, STATES_AT_ONCE = 2, 60
LINES_A_SECOND, LINES_AT_ONCE = 0.1, 5
asked = Counter("scribe_outputs_asked", "orders by flows and scripts, by what came of them", ["result"])
reported = Counter("scribe_output_states", "states that outputs reported, by what came of them", ["result"])
log = get(__name__)


class Outputs:
    """Writes down what outputs are, and orders what is asked."""

    def __init__(self, engine: Engine, bus: Bus, clock: Clock, commands: Commands) -> None:
        self._engine = engine
        self._bus = bus
        self._clock = clock
        self._commands = commands
        self._limit = RateLimit(clock, STATES_A_SECOND, STATES_AT_ONCE)
        self._lines = RateLimit(clock, LINES_A_SECOND, LINES_AT_ONCE)
        self._schedules: dict[str, bool] = {}

    def schedule(self, message: ScheduleState) -> None:
        """The handler of `schedule/<id>/state`: Node-RED says which schedules are active."""
        self._schedules[message.schedule_id] = message.active

    def state(self, message: OutputState) -> None:
        """The handler of `output/<id>/state`. What the broker has kept is as true, and no sign of life."""
        if not self._limit.allows(message.device_id):
            reported.labels("too fast").inc()
            return
        with self._engine.begin() as connection:
            found = device.lock(connection, message.device_id)
            written = self._noted(connection, found, message) if found else None
        reported.labels("unknown device" if written is None else "changed" if written else "same").inc()
        if written is None and self._lines.allows("unknown"):
            log.warning("output_unknown", device_id=message.device_id, fix="let it send a heartbeat first")
        if written:
            self._bus.ring(*(one.bell(self._clock, "scribe") for one in written))

    def ask(self, message: OutputAsk) -> None:
        """The handler of `output/<id>/ask`: an order under the message's own id, so that it is one however often."""
        with self._engine.begin() as connection:
            output = device.lock(connection, message.device_id)
            known = command.find(connection, message.id) is not None
            because = None if known else self._refusal(connection, output, message)
            if output is not None and not known and because is None:
                self._order(connection, output, message)
        asked.labels("known" if known else "refused" if because else "ordered").inc()
        if because:
            log.warning("output_ask_refused", device_id=message.device_id, by=message.by, reason=because)
        self._commands.wake()

    def _noted(self, connection: Connection, found: Device, message: OutputState) -> list[Event]:
        now = self._clock.now()
        written = []
        if is_timely(message.at, now):
            device.heard(connection, found.id, now)
            if found.stale_since is not None:
                written.append(_event(new_id(), "device_back", found, "it speaks again", now, now))
        if found.is_on is not message.on:
            since = min(message.at, now)
            device.switched(connection, found.id, message.on, since)
            word = "on" if message.on else "off"
            written.append(_event(message.id, f"output_{word}", found, message.detail or word, since, now))
        event.add(connection, written)
        return written

    def _refusal(self, connection: Connection, output: Device | None, message: OutputAsk) -> str | None:
        if output is None or not output.is_output:
            return "no such output"
        if message.on is not None and output.kind == SPEAKER:
            return rules.not_switched(output)
        if message.on is False:
            return None
        if message.on is None and message.text is None:
            return "neither on, off nor words"
        return self._hindrance(connection, output, message)

    def _hindrance(self, connection: Connection, output: Device, message: OutputAsk) -> str | None:
        if not is_timely(message.at, self._clock.now()):
            return "too old, or from the future"
        if not output.enabled:
            return f"{output.shown_name} is switched off here"
        if self._is_outside(connection, output.schedule_id):
            return f"{output.shown_name} is outside its schedule"
        if self._is_outside(connection, device_group.schedules(connection).get(output.group_name or "")):
            return f"{output.shown_name} is outside the schedule of its group"
        if output.interval_s is None:
            return None
        now = self._clock.now()
        return rules.pause(output, command.newest_by_link(connection, output.id, *rules.reach(output, now)), now)

    def _is_outside(self, connection: Connection, schedule_id: str | None) -> bool:
        """A schedule that is switched off is told as not active, too, and limits nothing."""
        if schedule_id is None or self._schedules.get(schedule_id, True):
            return False
        return schedule.is_enabled(connection, schedule_id)

    def _order(self, connection: Connection, output: Device, message: OutputAsk) -> None:
        now = self._clock.now()
        made = Command(
            id=message.id,
            device_id=output.id,
            ordered_by=message.by,
            is_on=message.on,
            seconds=output.on_for(message.seconds) if message.on else None,
            text=message.text,
            made_at=now,
            expires_at=command.expires_at(message.on, now),
        )
        command.order(connection, [made], None, now)


def _event(event_id: str, kind: str, found: Device, said: str, happened_at: datetime, now: datetime) -> Event:
    return Event(event_id, kind, None, None, said, happened_at, now, now, device_id=found.id)
