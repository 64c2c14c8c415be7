"""Sends what outputs are ordered (`output/<id>/set`): the row says what is due, whoever wrote it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy import Connection

from services.core.ids import new_id
from services.core.logging import get
from services.core.messages import ConfigChanged
from services.core.rule_messages import OutputSet
from services.scribe.teller import Teller
from services.store import command, event
from services.store.command import Command
from services.store.event import Event

MOST = 200
DETAIL_MAX = 500
TIME_OVER = "its time is over"
ended = Counter("scribe_commands", "orders to outputs, by how they ended", ["state"])
log = get(__name__)


class Commands(Teller):
    """Sends what is due in its order, lets expire what could not be sent, and switches off what was on long enough."""

    noun = "commands"
    not_told = "commands_not_sent"

    def changed(self, message: ConfigChanged) -> None:
        """The handler of the gallery's bell, which also stands for panic: the gallery itself rings for no event."""
        if message.noun == self.noun:
            with self._engine.connect() as connection:
                panics = event.panics(connection, self._clock.now())
            if panics:
                self._bus.ring(*(one.bell(self._clock, "scribe") for one in panics))
        self.wake()

    def look(self) -> bool:
        """A message may go out twice with the same id when scribe dies in between; that is one order."""
        with self._engine.begin() as connection:
            orders = command.due(connection, MOST)
            lost = self._expire(connection, orders)
            if self._order_off(connection) or lost:
                orders = command.due(connection, MOST)
        if lost:
            self._bus.ring(*(one.bell(self._clock, "scribe") for one in lost))
        if not orders:
            return False
        self._bus.publish_all([self._told(one) for one in orders])
        with self._engine.begin() as connection:
            command.sent(connection, orders, self._clock.now())
        ended.labels("sent").inc(len(orders))
        if len(orders) == MOST:
            self.wake()
        return True

    def _expire(self, connection: Connection, orders: Sequence[Command]) -> list[Event]:
        hindered = [(one, why) for one in orders if (why := self._hindrance(one))]
        reasons = [(one, why) for one, why in hindered if command.expire(connection, one.id)]
        for one, why in reasons:
            ended.labels("expired").inc()
            log.warning("command_expired", command_id=one.id, device_id=one.device_id, by=one.ordered_by, reason=why)
        # The broker may have had it, and only its answer was lost: what went on for a time must go off.
        now = self._clock.now()
        command.add(connection, [_off(one, now) for one, _ in reasons if one.is_on and one.seconds])
        lost = [self._lost(one, why) for one, why in reasons]
        event.add(connection, lost)
        return lost

    def _hindrance(self, one: Command) -> str | None:
        if self._clock.now() > one.expires_at:
            return f"the broker was away for {(one.expires_at - one.made_at).total_seconds():g} s"
        try:
            self._told(one)
        except ValidationError:
            return "no message can carry it"
        return None

    def _lost(self, one: Command, why: str) -> Event:
        now = self._clock.now()
        said = f"not sent, {why}; ordered by {one.ordered_by}: {words(one)}"[:DETAIL_MAX]
        return Event(new_id(), "command_expired", None, None, said, now, now, now, device_id=one.device_id)

    def _order_off(self, connection: Connection) -> bool:
        now = self._clock.now()
        over = command.off_due(connection, now, MOST)
        for one in over:
            command.off_ordered(connection, one.id)
        command.add(connection, [_off(one, now) for one in over])
        return bool(over)

    def _told(self, one: Command) -> OutputSet:
        return OutputSet(
            id=one.id,
            at=self._clock.now(),
            src="scribe",
            device_id=one.device_id,
            on=one.is_on,
            seconds=one.seconds,
            text=one.text,
            expires_at=one.expires_at,
        )


def _off(one: Command, now: datetime) -> Command:
    """What ends it. It is of the same link and trigger, and a siren must go off even where the broker was away."""
    off = replace(one, id=new_id(), ordered_by=TIME_OVER, is_on=False, seconds=None, text=None, state="due")
    return replace(off, made_at=now, expires_at=command.expires_at(False, now), sent_at=None, off_at=None)


def words(one: Command) -> str:
    """`on for 30 s`, `off`, `say: Go away`."""
    if one.is_on is None:
        return f"say: {one.text}"
    lasting = f" for {one.seconds:g} s" if one.seconds else ""
    return f"{'on' if one.is_on else 'off'}{lasting}"
