"""Rules as tests make them."""

from typing import Any

from services.core.ids import new_id
from services.store.link import Link
from tests.flaskapp.house import NOON


def an_input(kind: str = "device", id: str | None = "garage-pir", **more: Any) -> dict[str, Any]:
    """An input as the table has it."""
    narrows = dict.fromkeys(("labels", "zones", "standings", "plates", "details"))
    return {"kind": kind, "id": id, "moment": "trigger"} | narrows | more


def an_action(kind: str = "switch", id: str | None = "siren", **more: Any) -> dict[str, Any]:
    """An action as the table has it; a switch is on unless something else is said."""
    values = {"on": True if kind.startswith("switch") else None, "seconds": None, "text": None, "people": None}
    return {"kind": kind, "id": id} | values | more


def a_rule(**more: Any) -> Link:
    """Garage PIR switches on the siren."""
    values: dict[str, Any] = {
        "id": new_id(),
        "name": "Siren",
        "enabled": True,
        "inputs": [an_input()],
        "within_s": None,
        "modes": None,
        "schedule_id": None,
        "actions": [an_action()],
        "created_at": NOON,
    }
    return Link(**values | more)
