"""How it stands with a picture that a flow asks for: pure rules."""

from dataclasses import dataclass
from typing import Literal

from services.store.image import Image
from services.store.question import Look

State = Literal["unknown", "waiting", "detected", "read", "failed"]


@dataclass(frozen=True)
class Progress:
    """`error` says in words why it failed; `unasked` that nobody has asked for the picture's plates yet."""

    state: State
    error: str | None = None
    unasked: bool = False


def of_objects(found: Image | None) -> Progress:
    """What is known of the things in a picture."""
    if found is None:
        return Progress("unknown")
    if found.state == "failed":
        return Progress("failed", found.error)
    return Progress("detected" if found.state == "detected" else "waiting")


def of_plates(found: Image | None, look: Look | None, has_vehicles: bool) -> Progress:
    """What is known of its plates. They are read only after the picture was looked at, and only where a vehicle is."""
    if look is None:
        objects = of_objects(found)
        if objects.state != "detected":
            return objects
        return Progress("waiting", unasked=True) if has_vehicles else Progress("read")
    if look.state == "failed":
        return Progress("failed", look.error)
    return Progress("read" if look.state == "read" else "waiting")
