"""Retained states of cameras and devices, for whoever asks later: flows, Home Assistant. See `messages.py`."""

from typing import Annotated

from pydantic import Field

from services.core.device_messages import Detail
from services.core.messages import Label, Message, Moment, Slug


class CameraState(Message):
    """What is at a camera now: `there` says how many of each label have arrived and not departed.

    `silent_since`: nothing comes from it any more; null while it sends.
    """

    topic = "camera/{camera_id}/state"
    retained = True
    camera_id: Slug
    people: bool
    vehicles: bool
    there: dict[Label, Annotated[int, Field(gt=0)]]
    silent_since: Moment | None


class DeviceState(Message):
    """What a device last said. `active` and `on` are null where it has reported none.

    `stale_since`: it has said nothing for too long; null while it speaks.
    """

    topic = "device/{device_id}/state"
    retained = True
    device_id: Slug
    active: bool | None
    on: bool | None
    detail: Detail | None
    stale_since: Moment | None


STATE_MESSAGES: tuple[type[Message], ...] = (CameraState, DeviceState)
