"""What a card of the page Devices sends: checked here, kept as it was typed when something is wrong."""

from math import isfinite
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from services.store.device import Device

TEXTS = {"name": 120, "group_name": 120}
STALE_AFTER_S = range(10, 31 * 86400 + 1)


def read(form: MultiDict[str, str]) -> dict[str, Any]:
    """The device's fields as the store takes them. Raises `Mistakes`."""
    fields: dict[str, Any] = {name: " ".join(form.get(name, "").split()) or None for name in TEXTS}
    mistakes = {
        name: f"At most {most} characters, please." for name, most in TEXTS.items() if len(fields[name] or "") > most
    }
    seconds = _seconds(form.get("stale_after", ""))
    if seconds is not None and seconds not in STALE_AFTER_S:
        mistakes["stale_after"] = "From 0.2 minutes to 31 days (44640), please; nothing means 5 minutes."
    if mistakes:
        raise Mistakes(mistakes)
    return fields | {"enabled": "enabled" in form, "stale_after_s": seconds}


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, so that nobody has to type it again."""
    return {name: form.get(name, "") for name in (*TEXTS, "stale_after")} | {"enabled": "enabled" in form}


def present(found: Device) -> dict[str, Any]:
    """What the card's form shows of a device."""
    minutes = "" if found.stale_after_s is None else f"{found.stale_after_s / 60:g}"
    return {
        "name": found.name or "",
        "group_name": found.group_name or "",
        "enabled": found.enabled,
        "stale_after": minutes,
    }


def _seconds(text: str) -> int | None:
    """Typed minutes as seconds; None for nothing, -1 for what is no number."""
    if not text.strip():
        return None
    try:
        minutes = float(text.replace(",", "."))
    except ValueError:
        return -1
    seconds = minutes * 60
    return round(seconds) if isfinite(seconds) else -1
