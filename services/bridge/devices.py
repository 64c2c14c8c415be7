"""Devices of the older system in our words, and what they were told to be."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from services.bridge.old_words import CAMERA, NOTIFY, OldDevice, Report, Unreadable, read
from services.core.clock import Clock
from services.core.device_messages import DeviceHeartbeat, DeviceReading, DeviceTrigger
from services.core.ids import id_for, new_id
from services.core.messages import Message

BEAT_S = 30.0
KNOWN_MAX = 1000
SRC = "bridge"


@dataclass(frozen=True)
class Known:
    """A device that has spoken: what it is, what sent it, when it was told of (monotonic), how it stood."""

    device: OldDevice
    origin: str
    told_at: float
    active: bool | None


@dataclass(frozen=True)
class Meaning:
    """What a message means in our words, and what is to be remembered once that is told."""

    messages: list[Message]
    known: list[Known]


class Devices:
    """Remembers who has spoken. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, device_id: str) -> Known | None:
        """A device that has spoken."""
        with self._lock:
            return self._known.get(device_id)

    def meaning(self, routing_key: str, body: bytes) -> Meaning:
        """What a message means: heartbeats every 30 s at most, triggers, readings. Raises `Unreadable`.

        The same message that comes again gives messages with the same ids, when it has a time.
        """
        report = read(routing_key, body)
        about = f"{routing_key} {hashlib.sha256(body).hexdigest()}"
        try:
            meanings = [self._one(report, one, about) for one in report.devices]
        except ValidationError as error:
            raise Unreadable(f"a device in it cannot be taken: {error.errors()[0]['msg']}") from error
        return Meaning(
            [said for one in meanings for said in one.messages], [two for one in meanings for two in one.known]
        )

    def remember(self, meaning: Meaning) -> None:
        """What was told is not told again. Of too many devices those that were heard of longest ago are forgotten."""
        with self._lock:
            for known in meaning.known:
                self._known[known.device.id] = known
                self._known.move_to_end(known.device.id)
            while len(self._known) > KNOWN_MAX:
                self._known.popitem(last=False)

    def _one(self, report: Report, said: OldDevice, about: str) -> Meaning:
        now, before = self._clock.monotonic(), self.find(said.id)
        one = _with_what_is_known(said, before, report.kind)
        envelope = _Envelope(report.at or self._clock.now(), f"{about} {one.id}", report.at is not None)
        beats = before is None or _is_other(before, one) or now - before.told_at >= BEAT_S
        beat = [_heartbeat(one, envelope)] if beats else []
        news = _news(one, before, envelope) if report.kind == NOTIFY else []
        told_at = now if beats or before is None else before.told_at
        return Meaning([*beat, *news], [Known(one, report.origin, told_at, _stands(one, before))])


@dataclass(frozen=True)
class _Envelope:
    at: datetime
    about: str
    has_time: bool

    def fields(self, one: OldDevice, word: str) -> dict[str, object]:
        made = id_for(self.at, f"{self.about} {word}") if self.has_time else new_id()
        return {"id": made, "at": self.at, "src": SRC, "device_id": one.id}


def _heartbeat(one: OldDevice, envelope: _Envelope) -> DeviceHeartbeat:
    return DeviceHeartbeat.model_validate(
        {
            **envelope.fields(one, "heartbeat"),
            "called": one.key,
            "kind": one.kind,
            "location": one.location,
            "is_input": one.is_input or one.kind == CAMERA,
            "is_output": _can_be_ordered(one),
        }
    )


def _news(one: OldDevice, before: Known | None, envelope: _Envelope) -> Iterator[Message]:
    """A meter reads, the others are active or quiet. A camera never says that it is quiet: it is so at once."""
    if one.reads():
        numbers = {"register": one.register, "last_minute": one.last_minute, "happened_at": None}
        yield DeviceReading.model_validate(envelope.fields(one, "reading") | numbers)
    elif one.active:
        yield _trigger(one, True, envelope)
        if one.kind == CAMERA:
            yield _trigger(one, False, envelope)
    elif one.active is False and one.kind != CAMERA and (before is None or before.active is not False):
        yield _trigger(one, False, envelope)


def _trigger(one: OldDevice, active: bool, envelope: _Envelope) -> DeviceTrigger:
    more = {"active": active, "detail": one.detail if active else None, "value": one.value, "happened_at": None}
    return DeviceTrigger.model_validate(envelope.fields(one, "active" if active else "quiet") | more)


def _with_what_is_known(one: OldDevice, before: Known | None, kind: str) -> OldDevice:
    """A heartbeat says what a device is; a report may leave half of it out."""
    if before is None or kind != NOTIFY:
        return one
    known = before.device
    return replace(
        one,
        key=known.key,
        label=known.label,
        type=known.type,
        location=known.location,
        is_input=one.is_input or known.is_input,
        is_output=one.is_output or known.is_output,
    )


def _is_other(before: Known, one: OldDevice) -> bool:
    return _description(before.device) != _description(one)


def _description(one: OldDevice) -> tuple[object, ...]:
    return one.key, one.kind, one.location, one.is_input, one.is_output


def _stands(one: OldDevice, before: Known | None) -> bool | None:
    if one.active is None:
        return before.active if before else None
    return one.active and one.kind != CAMERA


def _can_be_ordered(one: OldDevice) -> bool:
    """Cameras want an address and a password with each order, which are nowhere here."""
    return one.is_output and one.kind != CAMERA
