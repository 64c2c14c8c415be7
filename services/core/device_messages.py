"""The messages of devices: what they say, and what flows may know of them. See `messages.py` for the envelope."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from services.core.messages import Message, Moment, Part, Slug, Uuid

DeviceName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=120)]
DETAIL_MAX = 200
Detail = Annotated[str, StringConstraints(min_length=1, max_length=DETAIL_MAX)]
COUNTED_MAX = 1e15
Counted = Annotated[float, Field(ge=0, le=COUNTED_MAX)]
Change = Annotated[float, Field(ge=-COUNTED_MAX, le=COUNTED_MAX)]
Group = Annotated[str, StringConstraints(min_length=1, max_length=120)]


def _one_of_both(schema: JsonDict) -> None:
    """Tells a schema what `DeviceHeartbeat` checks: that a device is at least one of the two."""
    schema["anyOf"] = [{"properties": {name: {"const": True}}} for name in ("is_input", "is_output")]


class DeviceHeartbeat(Message):
    """A device is there, and says what it is. The first one registers it; none triggers anything.

    `is_input`: it reports something; `is_output`: it can be switched. At least one of them is true.
    """

    model_config = ConfigDict(json_schema_extra=_one_of_both)

    topic = "device/{device_id}/heartbeat"
    device_id: Slug
    called: DeviceName
    kind: Slug
    location: Place | None
    is_input: bool
    is_output: bool

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.is_input or self.is_output):
            raise ValueError("a device is an input, an output or both")
        return self


class DeviceTrigger(Message):
    """A device has become active (a door opened, something moved) or quiet. Too old or too new by `at`: ignored.

    `happened_at` is by the device's own clock; null, or further than two minutes from `at`, means `at`.
    """

    topic = "device/{device_id}/trigger"
    device_id: Slug
    active: bool
    detail: Detail | None
    value: float | None
    happened_at: Moment | None


def _says_something(schema: JsonDict) -> None:
    """Tells a schema what `DeviceReading` checks: that it says at least one of its numbers."""
    schema["anyOf"] = [{"properties": {name: {"type": "number"}}} for name in ("register", "last_minute")]


class DeviceReading(Message):
    """What a meter reads. `register`: what it has counted so far; `last_minute`: what it counted in the last minute.

    Both in its own unit, such as pulses; at least one of them is not null. `happened_at` is by the device's own clock;
    null means `at`.
    """

    model_config = ConfigDict(json_schema_extra=_says_something, serialize_by_alias=True)

    topic = "device/{device_id}/reading"
    device_id: Slug
    counted: Counted | None = Field(alias="register")
    last_minute: Change | None
    happened_at: Moment | None

    @model_validator(mode="after")
    def _reads_something(self) -> Self:
        if self.counted is None and self.last_minute is None:
            raise ValueError("a reading says the register, the last minute or both")
        return self


def _sets_or_adds(schema: JsonDict) -> None:
    """Tells a schema what `MeterReset` checks: that it asks for one of the two."""
    schema["oneOf"] = [{"properties": {name: {"type": "number"}}} for name in ("set_register", "adjust_register")]


class MeterReset(Message):
    """Somebody wants a meter's register set, or something added to it, in the meter's own unit; the other one is null.

    Its next reading answers.
    """

    model_config = ConfigDict(json_schema_extra=_sets_or_adds)

    topic = "meter/{device_id}/reset"
    device_id: Slug
    set_register: Counted | None
    adjust_register: Change | None

    @model_validator(mode="after")
    def _asks_for_one(self) -> Self:
        if (self.set_register is None) == (self.adjust_register is None):
            raise ValueError("a register is set, or something is added to it")
        return self


class DeviceConfig(Part):
    """What flows may know of a device. Never an address, token or password. `is_new`: no person has saved it yet.

    Rules act on it, and switch it, only while its schedule and that of its group are active; a null `schedule_id` or
    `group_schedule_id` is at any time. `entry`: it is a way in.
    """

    id: Slug
    name: DeviceName
    kind: Slug
    location: Place | None
    is_input: bool
    is_output: bool
    enabled: bool
    group: Group | None
    schedule_id: Uuid | None
    is_new: bool
    entry: bool = False
    group_schedule_id: Uuid | None = None


class ConfigDevices(Message):
    """All devices as flows see them."""

    topic = "config/devices"
    retained = True
    version: int
    devices: list[DeviceConfig]


DEVICE_MESSAGES: tuple[type[Message], ...] = (
    DeviceHeartbeat,
    DeviceTrigger,
    DeviceReading,
    MeterReset,
    ConfigDevices,
)
