"""What devices of the older system say on RabbitMQ: MessagePack, on `event.heartbeat.…` and `event.notify.…`.

The body is a map with `inputs` and `outputs`; in an earlier form it stands under `data`, with `device_info` and
`active_devices` in it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgpack

from services.core.device_messages import COUNTED_MAX, DETAIL_MAX
from services.core.ids import slug, told_apart

HEARTBEAT, NOTIFY = "heartbeat", "notify"
CAMERA, METER = "camera", "meter"
ACTIVE = ("active", "on", "triggered")
DEVICES_MAX = 200
NAME_MAX = 120
FIRST_TIME_S, LAST_TIME_S = 1e9, 4e9  # what is below is an uptime, and no time


class Unreadable(Exception):
    """A message that is none of theirs; the text says why."""


@dataclass(frozen=True)
class OldDevice:
    """A device as it describes itself, and what it reports: `active` is None when it says nothing of that.

    `key`, `label` and `type` are its own words, by which it knows itself in an order.
    """

    id: str
    key: str
    label: str
    type: str
    location: str | None
    is_input: bool = False
    is_output: bool = False
    active: bool | None = None
    detail: str | None = None
    value: float | None = None
    register: float | None = None
    last_minute: float | None = None

    @property
    def kind(self) -> str:
        """Its type as a word of ours."""
        return slug(self.type)

    def reads(self) -> bool:
        """Whether it says a meter's number."""
        return self.register is not None or self.last_minute is not None


@dataclass(frozen=True)
class Report:
    """A message. `origin` names what sent it, `at` is by its clock (None: it says no time)."""

    kind: str
    origin: str
    at: datetime | None
    devices: tuple[OldDevice, ...]


def read(routing_key: str, body: bytes) -> Report:
    """Reads a message. Raises `Unreadable`."""
    kind, origin = _addressed(routing_key)
    said = _unpacked(body)
    data = said.get("data")
    whole = {**said, **data} if isinstance(data, dict) else said
    devices: dict[str, OldDevice] = {}
    for one in _devices(whole, kind == NOTIFY):
        devices[one.id] = _joined(devices[one.id], one) if one.id in devices else one
    if len(devices) > DEVICES_MAX:
        raise Unreadable(f"it names {len(devices)} devices, at most {DEVICES_MAX} are taken")
    return Report(kind, origin, _moment(whole.get("timestamp")), tuple(devices.values()))


def _addressed(routing_key: str) -> tuple[str, str]:
    parts = routing_key.split(".")
    if len(parts) < 3 or parts[0] != "event" or parts[1] not in (HEARTBEAT, NOTIFY):
        raise Unreadable("its routing key is neither event.heartbeat.… nor event.notify.…")
    return parts[1], parts[2]


def _unpacked(body: bytes) -> dict[str, Any]:
    try:
        # Earlier writers had one type for text and pictures: what is no text must not make the whole unreadable.
        said = msgpack.unpackb(body, raw=False, strict_map_key=True, unicode_errors="surrogateescape")
    except (ValueError, msgpack.UnpackException) as error:
        raise Unreadable(f"it is no MessagePack: {error}") from error
    if not isinstance(said, dict):
        raise Unreadable("its MessagePack is no map")
    return said


def _devices(whole: Mapping[str, Any], reports: bool) -> Iterator[OldDevice]:
    """Each device as often as it is named."""
    info = whole.get("device_info")
    lists: Mapping[str, Any] = info if isinstance(info, dict) else whole
    if not any(isinstance(part.get(name), list | tuple) for part, name in _places(whole, lists)):
        raise Unreadable("it names neither inputs nor outputs")
    for one in _maps(lists.get("inputs")):
        yield replace(_input(one, reports), is_input=True)
    for one in _maps(lists.get("outputs")):
        yield replace(_described(one), is_output=True)
    for one in _maps(whole.get("active_devices")):
        found = _input(one, reports)
        yield replace(found, is_input=True, active=True if reports else None)


def _places(whole: Mapping[str, Any], lists: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    return [(lists, "inputs"), (lists, "outputs"), (whole, "active_devices")]


def _maps(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []


def _described(one: Mapping[str, Any]) -> OldDevice:
    location, kind = _text(one.get("location") or one.get("input_location")), _text(one.get("type"))
    label = _text(one.get("device_label") or one.get("input_label")) or kind
    key = _text(one.get("device_key")) or f"{location or ''} {label or ''}".strip().title()
    if not key:
        raise Unreadable("a device in it has no key, label or type")
    return OldDevice(told_apart(key), key, label or key, kind or "sensor", location)


def _input(one: Mapping[str, Any], reports: bool) -> OldDevice:
    device = _described(one)
    if not reports:
        return device
    return replace(
        device,
        active=_is_active(one),
        detail=_text(one.get("event_detail"), DETAIL_MAX),
        value=_number(one.get("sample_value")),
        register=_counted(one.get("register_reading")),
        last_minute=_number(one.get("last_minute_metered")),
    )


def _is_active(one: Mapping[str, Any]) -> bool:
    """A camera is when it has a picture."""
    return one.get("active") is True or str(one.get("state")).lower() in ACTIVE or bool(one.get("image"))


def _joined(before: OldDevice, again: OldDevice) -> OldDevice:
    """One that stands in several lists. What it says of itself as an active one goes before."""
    first = again if again.active and not before.active else before
    return replace(first, is_input=before.is_input or again.is_input, is_output=before.is_output or again.is_output)


def _text(value: object, longest: int = NAME_MAX) -> str | None:
    if not isinstance(value, str):
        return None
    whole = value.encode(errors="replace").decode()
    return " ".join(whole.split())[:longest].strip() or None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= COUNTED_MAX else None


def _counted(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number >= 0 else None


def _moment(value: object) -> datetime | None:
    """`2026-11-20T08:08:49Z`, or seconds since 1970."""
    try:
        seconds = _seconds(value)
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if FIRST_TIME_S < seconds < LAST_TIME_S else None


def _seconds(value: object) -> float:
    if isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(value) if isinstance(value, str | int | float) else math.nan
