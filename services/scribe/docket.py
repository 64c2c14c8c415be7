"""What several verdicts are ruled by, read with few statements, and what they lead to, written with few."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from services.core.clock import Clock
from services.core.messages import Message
from services.core.rolls import Rolls
from services.core.rule_messages import LinkVerdict, TriggerVerdict
from services.scribe import hold_rules as rules
from services.store import clip, command, event, held, hold, link, pull, ruling
from services.store.clip import Wish
from services.store.command import Command
from services.store.device import Device
from services.store.entry import Entry
from services.store.event import Event
from services.store.held import HeldLink
from services.store.hold import Hold
from services.store.link import Link
from services.store.pull import Pull
from services.store.ruling import Ruling, Source, Trigger

SRC = "scribe"


class Key(NamedTuple):
    """Which trigger."""

    source: Source
    trigger_id: str


class Docket:
    """Within one transaction: each verdict sees what those before it have changed; `write` writes all of it."""

    def __init__(self, connection: Connection, verdicts: Sequence[TriggerVerdict], now: datetime, rolls: Rolls) -> None:
        self.connection = connection
        self.now = now
        self.rolls = rolls
        acting = [one for verdict in verdicts if verdict.wants for one in verdict.links if one.act]
        self.triggers: Mapping[tuple[Source, str], Trigger] = ruling.triggers(connection, map(key_of, verdicts))
        self.links: Mapping[str, Link] = link.find_all(connection, (one.link_id for one in acting))
        known = hold.lock(connection, _devices(verdicts, acting), _named(acting, "switch_group"))
        self.devices: dict[str, Device] = {one.id: one for one, _ in known.values()}
        self._holds = {device_id: held for device_id, (_, held) in known.items()}
        self._changed: dict[str, Hold] = {}
        self._halves: dict[str, dict[int, datetime]] = {}
        self._acted_on: dict[str, set[str]] = {}
        self._before: dict[tuple[str, bool], Command | None] = {}
        self.rulings: dict[Key, Ruling] = {}
        self.orders: list[Command] = []
        self.events: list[Event] = []
        self.known: list[Key] = []
        self.waiting: list[HeldLink] = []
        self.pulls: list[Pull] = []
        self.clips: list[Wish] = []
        self.changes_mode = False

    def held(self, device_id: str) -> Hold:
        """What holds a device now."""
        return self._changed.get(device_id) or self._holds[device_id]

    def hold(self, held: Hold) -> None:
        """Changes what holds a device."""
        if held != self.held(held.device_id):
            self._changed[held.device_id] = held

    def halves(self, link_id: str) -> dict[int, datetime]:
        """Of a link that wants all its inputs: when each last triggered."""
        if link_id not in self._halves:
            self._halves[link_id] = link.halves(self.connection, link_id)
        return self._halves[link_id]

    def note_halves(self, link_id: str, noted: dict[int, datetime]) -> None:
        """Changes them; none: the link has acted."""
        self._halves[link_id] = noted
        link.note_halves(self.connection, link_id, noted)

    def acted_on_vehicle(self, key: Key) -> set[str]:
        """Of a plate: the links that have acted on its vehicle before, to which those that act now are to be added."""
        trigger = self.triggers.get(key)
        sighting_id = trigger.sighting_id if trigger else None
        if sighting_id is None:
            return set()
        if sighting_id not in self._acted_on:
            self._acted_on[sighting_id] = ruling.acted_on(self.connection, sighting_id)
        return self._acted_on[sighting_id]

    def newest_by_link(self, output: Device, switched_off_counts: bool) -> Command | None:
        """The newest command by a link that may hold something back at an output; an off only where that counts."""
        asked = (output.id, switched_off_counts)
        if asked not in self._before:
            reach = rules.reach(output, self.now)
            self._before[asked] = command.newest_by_link(self.connection, output.id, *reach, switched_off_counts)
        return self._before[asked]

    def order(self, made: Command) -> None:
        """One more command by a link."""
        self.orders.append(made)
        self._before[made.device_id, True] = made
        if made.is_on is not False:
            self._before[made.device_id, False] = made

    def wait(self, verdict: TriggerVerdict, one: LinkVerdict, seconds: int) -> Entry:
        """Lets a link wait for somebody to disarm the house; until when is in the entry."""
        self.changes_mode = True  # to pending
        waited_for = held.wait(self.connection, verdict.said, seconds, self.now)
        alone = verdict.model_copy(update={"links": [one]}).model_dump(mode="json")
        self.waiting.append(HeldLink(*key_of(verdict), one.link_id, waited_for.id, alone, self.now))
        return waited_for

    def bells(self, clock: Clock) -> list[Message]:
        """What is rung for once all is written, beside the rulings."""
        return [*(one.bell(clock, SRC) for one in self.events), *(one.bell(clock, SRC) for one in self.pulls)]

    def write(self) -> None:
        """Writes all that the verdicts have led to, with an audit row for each command."""
        ruling.write(self.connection, list(self.rulings.values()))
        held.hold_links(self.connection, self.waiting)
        ruling.settle(self.connection, self.known)
        hold.write(self.connection, list(self._changed.values()))
        self.write_done(_acted(self.rulings.values()))

    def write_done(self, acted: Sequence[str]) -> None:
        """Writes what links have done; `acted` are their ids."""
        event.add(self.connection, self.events)
        command.order(self.connection, self.orders, None, self.now)
        pull.order(self.connection, self.pulls, self.now)
        # In one order: two transactions then wait for each other's cameras instead of locking each other out.
        for wish in sorted(self.clips, key=lambda one: one.camera_id):
            clip.want(self.connection, wish, self.now)
        link.acted(self.connection, acted, self.now)


def key_of(verdict: TriggerVerdict) -> Key:
    """Which trigger a verdict is on."""
    return Key(verdict.source, verdict.trigger_id)


def _devices(verdicts: Iterable[TriggerVerdict], acting: Sequence[LinkVerdict]) -> set[str]:
    """All at once and in one order: two transactions then wait for each other instead of locking each other out."""
    inputs = {one.device_id for one in verdicts if one.device_id and (one.wants or one.moment == "quiet")}
    return inputs | _named(acting, "switch") | _named(acting, "say")


def _named(acting: Sequence[LinkVerdict], kind: str) -> set[str]:
    return {one.id for verdict in acting for one in verdict.actions if one.kind == kind and one.id is not None}


def _acted(rulings: Iterable[Ruling]) -> list[str]:
    return sorted({one["link_id"] for made in rulings for one in made.links if one["outcome"] == "acted"})
