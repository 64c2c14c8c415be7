"""What devices of the older system say, as their programs write it."""

from typing import Any

import msgpack

IOBOARD = "event.heartbeat.ioboard.board-1"
TRIGGERED = "event.notify.ioboard.board-1"
CAMERA = "event.notify.snapshot.cam-1.image"
AT = "2026-11-20T08:08:49Z"
PIR = {
    "name": "Hall",
    "type": "Motion",
    "location": "Hall",
    "device_key": "Hall Motion (Hall)",
    "device_label": "Hall Motion",
}
SIREN = {"type": "Siren", "location": "Garage", "device_key": "Garage Siren", "device_label": "Garage Siren"}
FRONT = {"type": "Camera", "location": "Front Door", "device_key": "Front Door Camera"}
PIR_ID, SIREN_ID, FRONT_ID = "hall-motion-hall", "garage-siren", "front-door-camera"


def packed(**fields: Any) -> bytes:
    """A body with a time."""
    return bytes(msgpack.packb({"timestamp": AT} | fields))


def heartbeat(**more: Any) -> bytes:
    return packed(inputs=[PIR], outputs=[SIREN], **more)


def triggered(detail: str | None = None, **more: Any) -> bytes:
    """A report that the PIR has triggered."""
    return packed(inputs=[PIR | {"state": "triggered", "sample_value": 80, "event_detail": detail}], **more)


def quiet(**more: Any) -> bytes:
    return packed(inputs=[PIR], **more)
