"""What people may set of a device, as programs send it."""

from typing import Annotated, Any

from pydantic import Field

from flaskapp.device.form import NUMBERS
from flaskapp.shape import Shape
from services.core.device_messages import DeviceName, Group
from services.core.messages import Uuid
from services.store.device import Device

_ALLOWED = {number.column: number.allowed for number in NUMBERS.values()}
COLUMNS = {"group": "group_name"}
"""Where a field is not called as its column is."""


def _within(column: str) -> Any:
    return Field(ge=_ALLOWED[column].start, le=_ALLOWED[column].stop - 1)


class DeviceFields(Shape):
    """What people may set of a device. `entry` (it is a way in) and `latch_s` to `escalate_after_s` are of inputs, the
    last two of outputs.

    A null `name` is what it calls itself. Null seconds: stale after 300, latched for 60; else no limit.
    """

    name: DeviceName | None = None
    group: Group | None = None
    enabled: bool = True
    entry: bool = False
    stale_after_s: Annotated[int, _within("stale_after_s")] | None = None
    schedule_id: Uuid | None = None
    latch_s: Annotated[int, _within("latch_s")] | None = None
    rate_count: Annotated[int, _within("rate_count")] | None = None
    rate_s: Annotated[int, _within("rate_s")] | None = None
    escalate_after_s: Annotated[int, _within("escalate_after_s")] | None = None
    interval_s: Annotated[int, _within("interval_s")] | None = None
    longest_on_s: Annotated[int, _within("longest_on_s")] | None = None


def settable(found: Device) -> dict[str, Any]:
    """The fields of `DeviceFields` as a device has them."""
    return {name: getattr(found, COLUMNS.get(name, name)) for name in DeviceFields.model_fields}


def columns(sent: DeviceFields, names: set[str]) -> dict[str, Any]:
    """Those fields by their columns; spaces around and within texts are those of one line."""
    fields = {name: getattr(sent, name) for name in DeviceFields.model_fields if name in names}
    for name in {"name", "group"} & fields.keys():
        fields[name] = " ".join((fields[name] or "").split()) or None
    return {COLUMNS.get(name, name): value for name, value in fields.items()}
