"""Carries out what people write, each update once: its row is written in the transaction of what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from sqlalchemy import Connection, Engine

from services.core.clock import Clock
from services.core.logging import get
from services.core.messages import ConfigChanged, Message
from services.notifier import figures
from services.notifier.telegram import device, last, mode, mute, report
from services.notifier.telegram.asked import Asked, Reply
from services.notifier.telegram.commands import Command, NotUnderstood, parse
from services.notifier.words import lasting
from services.store import telegram_update
from services.store.engine import Misfit, reason
from services.store.telegram_update import Asker, Done, Update

STALE = timedelta(minutes=5)
"""What changes something is not done later than this: the house has gone on since it was written."""
NOT_DONE = "That could not be done."
OWNERS_ONLY = "Only owners may do that, and your account is a viewer's. What you may do is in /help."
log = get(__name__)


@dataclass(frozen=True)
class Written:
    """What somebody wrote, and where. `private` is a chat with the bot alone; `at` is aware UTC."""

    update: Update
    chat: str
    private: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One command: what carries it out, what it is for, and whether it changes something.

    `own`: what it changes concerns only who writes it.
    """

    work: Callable[[Asked], Reply]
    what: str
    changes: bool = True
    own: bool = False

    def is_for(self, who: Asker) -> bool:
        """Whether they may."""
        return not self.changes or self.own or who.may_change


def _help(asked: Asked) -> Reply:
    known = (f"/{name} {one.what}" for name, one in ENTRIES.items() if one.what and one.is_for(asked.person))
    return Reply("\n".join(known))


ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        "report": Entry(report.report_all, "– mode, who is silent, the last alerts, whether all works", changes=False),
        "mode": Entry(mode.say_or_set, "[name] – what the house is set to, or set it"),
        "arm": Entry(mode.arm, "– set the house to Away"),
        "disarm": Entry(mode.disarm, "– set the house to Disarmed"),
        "mute": Entry(mute.mute, "[30m, 8h, off] – no alerts for you, for an hour or as long as you say", own=True),
        "last": Entry(last.last, "[camera] – the newest picture", changes=False),
        "inputon": Entry(device.listen(True), "[name] – listen to an input again; without a name: all inputs"),
        "inputoff": Entry(device.listen(False), "[name] – listen to it no more"),
        "outputon": Entry(device.switch(True), "[name] – switch an output on; without a name: all outputs"),
        "outputoff": Entry(device.switch(False), "[name] – switch it off"),
        "outputson": Entry(device.let_switch(True), "[name] – let rules switch all outputs, or those of that name"),
        "outputsoff": Entry(device.let_switch(False), "[name] – keep rules from switching them"),
        "help": Entry(_help, "", changes=False),
        "start": Entry(_help, "", changes=False),
    }
)


class Desk:
    """`zone` is the house's time; `ring` tells what has changed, after it is written."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        zone: tzinfo | None,
        ring: Callable[[Message], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._ring = ring

    def asker(self, chat: str) -> Asker | None:
        """The person of a chat; None for a stranger. Raises `store.engine.Away`'s errors."""
        with self._engine.connect() as connection:
            return telegram_update.asker(connection, chat)

    def take(self, written: Written, by: Asker) -> Done:
        """Carries it out, unless that was done before; what to answer. Raises `store.engine.Away`'s errors."""
        try:
            with self._engine.begin() as connection:
                known = telegram_update.done(connection, written.update)
                done, changed = (known, ()) if known else self._write(connection, written, by)
        except Misfit as error:
            log.error("telegram_command_refused", update_id=written.update.update_id, error=reason(error))
            return Done(NOT_DONE, [], answered=False)
        for noun in changed:
            self._ring(ConfigChanged.make(self._clock, "notifier", noun=noun))
        return done

    def answered(self, update: Update) -> None:
        """Telegram has taken the answer, or never will. Raises `store.engine.Away`'s errors."""
        with self._engine.begin() as connection:
            telegram_update.answered(connection, update, self._clock.now())

    def _write(self, connection: Connection, written: Written, by: Asker) -> tuple[Done, Sequence[str]]:
        """What to answer, and the nouns that have changed."""
        reply = self._carry_out(connection, written, by)
        done = Done(reply.words, reply.images, answered=False)
        telegram_update.write(connection, written.update, by.id, done, self._clock.now())
        return done, reply.changed

    def _carry_out(self, connection: Connection, written: Written, by: Asker) -> Reply:
        command = parse(written.text)
        entry = ENTRIES.get(command.name) if command else None
        figures.telegram_commands.labels(command.name if command and entry else "other").inc()
        argument = command.argument if command else ""
        asked = Asked(connection, by, written.update, argument, written.at, self._clock.now(), self._zone)
        if entry is None:
            return Reply(f"These are the words that I know:\n{_help(asked).words}")
        if not entry.is_for(by):
            log.warning("telegram_command_not_allowed", person_id=by.id, command=command.name if command else None)
            return Reply(OWNERS_ONLY)
        if entry.changes and asked.now - asked.said_at > STALE:
            return Reply(_too_late(asked.now - asked.said_at))
        try:
            return entry.work(asked)
        except NotUnderstood as error:
            return Reply(str(error))


def _too_late(age: timedelta) -> str:
    return (
        f"You wrote that {lasting(age.total_seconds())} ago, and it was not done. Write it again if you still want it."
    )


def is_command(text: str) -> bool:
    """Whether it is one of ours: in a group people also write to each other."""
    command: Command | None = parse(text)
    return command is not None and command.name in ENTRIES
