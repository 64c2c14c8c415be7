"""The messages of devices: what they say, and what flows may know of them. See `messages.py` for the envelope."""

from typing import Annotated, Self

from pydantic import ConfigDict, StringConstraints, model_validator
from pydantic.config import JsonDict

from services.core.messages import Message, Moment, Part, Slug, Uuid

DeviceName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Detail = Annotated[str, StringConstraints(min_length=1, max_length=200)]
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

    `happened_at` is by the device's own clock; null means `at`.
    """

    topic = "device/{device_id}/trigger"
    device_id: Slug
    active: bool
    detail: Detail | None
    value: float | None
    happened_at: Moment | None


class DeviceConfig(Part):
    """What flows may know of a device. Never an address, token or password. `is_new`: no person has saved it yet.

    Rules act on it, and switch it, only while its schedule is active; a null `schedule_id` is at any time.
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


class ConfigDevices(Message):
    """All devices as flows see them."""

    topic = "config/devices"
    retained = True
    version: int
    devices: list[DeviceConfig]


DEVICE_MESSAGES: tuple[type[Message], ...] = (DeviceHeartbeat, DeviceTrigger, ConfigDevices)
