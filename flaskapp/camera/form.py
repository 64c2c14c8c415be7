"""What the edit page sends: checked here, kept as it was typed when something is wrong."""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from services.store.camera import Camera

NAME_LENGTH = 120
LABEL_LENGTH = 64
LABELS_MAX = 200
PLANS = ("detect", "keep")


def read(form: MultiDict[str, str], modes: Collection[str], schedules: Collection[str]) -> dict[str, Any]:
    """The camera's fields as the store takes them; ids of the modes and schedules that there are. Raises `Mistakes`."""
    score = share(form.get("min_score", ""))
    everything = form.get("look_for") != "chosen"
    fields: dict[str, Any] = {
        "name": " ".join(form.get("name", "").split()),
        "plan": form.get("plan", ""),
        "labels": None if everything else labels(form, "labels"),
        "min_score": score,
        "alert_labels": labels(form, "alert_labels"),
        "alert_modes": alert_modes(form),
        "schedule_id": form.get("schedule_id") or None,
        "entry": "entry" in form,
    }
    if wrong := mistakes(fields, modes, schedules):
        raise Mistakes(wrong)
    return fields


def mistakes(fields: Mapping[str, Any], modes: Collection[str], schedules: Collection[str]) -> dict[str, str]:
    """What is wrong with fields as the store takes them."""
    return _mistakes(fields) | _gone(fields, modes, schedules)


def share(text: str) -> float | None:
    """A typed percentage as a share; None for what is no number."""
    try:
        value = round(float(text) / 100, 4)
    except ValueError:
        return None
    return value if isfinite(value) else None


def labels(form: MultiDict[str, str], field: str) -> list[str]:
    """The labels that were ticked."""
    return sorted({label.strip()[:LABEL_LENGTH] for label in form.getlist(field)[:LABELS_MAX] if label.strip()})


def alert_modes(form: MultiDict[str, str]) -> list[str] | None:
    """The modes in which it alerts; None for every one."""
    return labels(form, "alert_modes") if form.get("alert_in") == "chosen" else None


def present(found: Camera, name: str) -> Any:
    """A camera's field as `read` gives it: the columns' 32-bit numbers rounded."""
    value = getattr(found, name)
    return round(value, 4) if isinstance(value, float) else value


def _mistakes(fields: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    if not fields["name"]:
        found["name"] = "A camera needs a name, such as Front door."
    if len(fields["name"]) > NAME_LENGTH:
        found["name"] = f"At most {NAME_LENGTH} characters, please."
    if fields["plan"] not in PLANS:
        found["plan"] = "Please choose one of the two."
    if fields["min_score"] is None or not 0 <= fields["min_score"] <= 1:
        found["min_score"] = "A number from 0 to 100, please."
    if fields["labels"] == []:
        found["labels"] = "Choose at least one thing, or look for everything."
    return found


def _gone(fields: Mapping[str, Any], modes: Collection[str], schedules: Collection[str]) -> dict[str, str]:
    """Somebody may have deleted them while the page was open."""
    found = {}
    if fields["alert_modes"] == []:
        found["alert_modes"] = "Choose at least one mode, or alert in every mode."
    elif set(fields["alert_modes"] or ()) - set(modes):
        found["alert_modes"] = "One of these modes is no more: please choose again."
    if fields["schedule_id"] is not None and fields["schedule_id"] not in schedules:
        found["schedule_id"] = "That schedule is no more: please choose again."
    return found
