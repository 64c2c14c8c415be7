"""Whether people are there, by their phones: what is told, and when."""

import json
from pathlib import Path
from typing import Protocol

import structlog

from node_agent.clock import Clock
from node_agent.config import PhoneSection, PresenceSection
from node_agent.l2ping import PingError
from node_agent.mqtt import Words, heartbeat, trigger
from node_agent.pace import Pace

HEARTBEAT_EVERY_S = 60.0
_log = structlog.get_logger()


class Phone:
    """What is known of one phone. It is there at its first answer, and away when none has come for so long."""

    def __init__(self, away_after_s: float, is_there: bool | None = None) -> None:
        self.is_there = is_there
        self._away_after_s = away_after_s
        self._answered_at: float | None = None

    def note(self, has_answered: bool, seconds: float) -> None:
        """It was asked at that moment, in seconds that never go backwards."""
        if has_answered or self._answered_at is None:
            # Of one that has never answered yet, nobody knows for how long it has been away.
            self._answered_at = seconds
        if has_answered:
            self.is_there = True
        elif seconds - self._answered_at >= self._away_after_s:
            self.is_there = False

    def skip(self) -> None:
        """It could not be asked: that is no time without an answer."""
        self._answered_at = None


class Memory:
    """What was told of each phone, on disk: an agent that starts anew tells nothing that is known already."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, bool]:
        """By the phones' ids; nothing where nothing can be read."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: value for key, value in kept.items() if isinstance(value, bool)} if isinstance(kept, dict) else {}

    def write(self, told: dict[str, bool]) -> None:
        """Keeps it, whole or not at all."""
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(told), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("presence_not_kept", path=str(self._path), reason=str(error))


class Ping(Protocol):
    """Asks a phone."""

    def ask(self, address: str) -> bool:
        """Whether it answers. Raises PingError."""
        ...


class Bus(Protocol):
    """Tells the house."""

    def tell(self, said: Words) -> bool:
        """Whether the broker has taken it."""
        ...


class Watch:
    """Asks each phone in turn, and tells of each change until the broker has taken it."""

    def __init__(self, settings: PresenceSection, ping: Ping, bus: Bus, memory: Memory, clock: Clock) -> None:
        self._settings = settings
        self._ping, self._bus, self._memory, self._clock = ping, bus, memory, clock
        self._told = memory.read()
        away_after = settings.away_after_seconds
        self._phones = {key: Phone(away_after, self._told.get(key)) for key in settings.phones}
        self._paces = {key: Pace(HEARTBEAT_EVERY_S, clock) for key in settings.phones}
        self._waiting: dict[str, Words] = {}
        self._unknown: str | None = None

    def run(self) -> None:
        """Until the agent is asked to stop."""
        while not self._clock.stopping:
            self.go()
            self._clock.wait(self._settings.every_seconds)

    def go(self) -> None:
        """One round."""
        for key, settings in self._settings.phones.items():
            if not self._clock.stopping and self._asked(key, settings):
                self._tell(key, settings)

    def _asked(self, key: str, settings: PhoneSection) -> bool:
        phone = self._phones[key]
        try:
            has_answered = self._ping.ask(settings.address)
        except PingError as error:
            phone.skip()
            self._note(str(error))
            return False
        self._note(None)
        phone.note(has_answered, self._clock.monotonic())
        return True

    def _note(self, reason: str | None) -> None:
        """Says once that phones cannot be asked, and once that they can again."""
        if reason == self._unknown or self._clock.stopping:
            return
        if reason is None:
            _log.info("presence_known")
        else:
            _log.warning("presence_unknown", reason=reason)
        self._unknown = reason

    def _tell(self, key: str, settings: PhoneSection) -> None:
        self._beat(key, settings)
        is_there = self._phones[key].is_there
        if is_there is None or is_there == self._told.get(key):
            self._waiting.pop(key, None)
            return
        said = self._said(key, is_there)
        if self._bus.tell(said):
            self._told[key] = is_there
            self._memory.write(self._told)
            del self._waiting[key]
            _log.info("presence_told", device=key, there=is_there)

    def _said(self, key: str, is_there: bool) -> Words:
        """The same words, with the same id and moment, until they were taken."""
        waits = self._waiting.get(key)
        if waits is None or waits.fields["active"] is not is_there:
            self._waiting[key] = trigger(key, is_there, self._clock.now())
        return self._waiting[key]

    def _beat(self, key: str, settings: PhoneSection) -> None:
        pace = self._paces[key]
        if pace.remaining() <= 0 and self._bus.tell(heartbeat(key, settings, self._clock.now())):
            pace.step()
