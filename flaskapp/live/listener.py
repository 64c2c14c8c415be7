"""From the broker's messages to what browsers are told."""

from typing import Any

from flaskapp import words
from flaskapp.live.fanout import Fanout, News
from flaskapp.zone import Zone
from services.core.alert_messages import AlertDecision
from services.core.bus import Bus
from services.core.clock import to_rfc3339
from services.core.messages import EventNew, ImageDetected, ImageNew, Seen, SightingArrived, SightingDeparted
from services.core.mode_messages import ModeState
from services.core.rule_messages import TriggerRuling

SILENCE = {"camera_silent": True, "camera_back": False}


def listen(bus: Bus, fanout: Fanout, zone: Zone) -> None:
    """Subscribes to what pages show as it happens, by the clock of `zone`."""
    bus.subscribe(ImageNew, lambda message: fanout.tell(picture(message)))
    bus.subscribe(ImageDetected, lambda message: fanout.tell(detected(message)))
    bus.subscribe(EventNew, lambda message: fanout.tell(event(message, zone)))
    bus.subscribe(SightingArrived, lambda message: fanout.tell(arrived(message)))
    bus.subscribe(SightingDeparted, lambda message: fanout.tell(departed(message, zone)))
    bus.subscribe(ModeState, lambda message: fanout.tell(mode(message, zone)))
    bus.subscribe(AlertDecision, lambda message: fanout.tell(decision(message)))
    bus.subscribe(TriggerRuling, lambda message: fanout.tell(ruling(message)))


def picture(message: ImageNew) -> News:
    """A camera has a new picture; the newest of each camera is enough."""
    return News("picture", f"picture:{message.camera_id}", _image(message))


def detected(message: ImageDetected) -> News:
    """A picture was looked at: its boxes, and what was found in words."""
    found = {
        "boxes": [box(one) for one in message.detections],
        "seen": words.seen(one.label for one in message.detections),
    }
    return News("detected", f"detected:{message.camera_id}", _image(message) | found)


def event(message: EventNew, zone: Zone) -> News:
    """Something else happened; a camera's silence must not be lost among it."""
    silent = SILENCE.get(message.kind)
    key = f"event:{message.camera_id}:{message.device_id}" if silent is None else f"silence:{message.camera_id}"
    return News(
        "event",
        key,
        {
            "camera": message.camera_id,
            "device": message.device_id,
            "kind": message.kind,
            "silent": silent,
            "at": to_rfc3339(message.happened_at),
            "clock": zone.clock(message.happened_at),
        },
    )


def arrived(message: SightingArrived) -> News:
    """Somebody or something has come; pages count them, so that the newest of a camera and label stands for all."""
    key = f"sighting:{message.camera_id}:{message.label}"
    return News("sighting", key, _sighting(message) | {"at": to_rfc3339(message.arrived_at)})


def departed(message: SightingDeparted, zone: Zone) -> News:
    """It has gone: each is told, as a page says of each whether it is still there."""
    left = {"at": to_rfc3339(message.departed_at), "clock": zone.clock(message.departed_at)}
    return News("departed", f"departed:{message.sighting_id}", _sighting(message) | left)


def decision(message: AlertDecision) -> News:
    """It was decided whether to tell somebody."""
    return News("decision", f"decision:{message.camera_id}", {"camera": message.camera_id, "outcome": message.outcome})


def ruling(message: TriggerRuling) -> News:
    """What a trigger led to; pages count them, so that the newest of a place and outcome stands for all."""
    place = {"camera": message.camera_id, "device": message.device_id, "outcome": message.outcome}
    return News("ruling", f"ruling:{message.camera_id}:{message.device_id}:{message.outcome}", place)


def mode(message: ModeState, zone: Zone) -> News:
    """What the house is set to now, and what it waits for; only the newest counts."""
    arming_until = message.arming_until if message.arming else None
    says = words.delays_in_words(arming_until, message.pending_until, zone)
    return News("mode", "mode", {"mode": message.mode_id, "says": says})


def box(one: Seen) -> dict[str, Any]:
    """A detection as the page draws it: shares of the picture, and the number of its label's colour."""
    return {"label": one.label, "score": one.score, "box": one.box, "colour": words.colour(one.label)}


def _image(message: ImageNew | ImageDetected) -> dict[str, Any]:
    return {"camera": message.camera_id, "image": message.image_id, "at": to_rfc3339(message.captured_at)}


def _sighting(message: SightingArrived | SightingDeparted) -> dict[str, Any]:
    return {"sighting": message.sighting_id, "camera": message.camera_id, "label": message.label}
