"""What the edit page of a plate sends: checked here, kept as it was typed when something is wrong."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from services.core.folding import signs

STANDINGS = {
    "unknown": ("Nobody I know", "An event for rules; nobody is told"),
    "known": ("Known", "An event, and you are told"),
    "allow": ("Allowed", "An event for rules; nobody is told"),
    "deny": ("Denied", "An event, and you are told"),
}
"""What a plate can be to its owner: word and consequence."""

TEXTS = {"owner": 120, "colour": 40, "vehicle": 40, "note": 500}
SIGNS = range(2, 17)


TAKEN = Mistakes({"text": "There is a plate with these signs already."})


def read(form: MultiDict[str, str]) -> dict[str, Any]:
    """The plate's fields as the store takes them. Raises `Mistakes`."""
    fields: dict[str, Any] = {name: " ".join(form.get(name, "").split()) or None for name in TEXTS}
    fields |= {"text": signs(form.get("text", "")), "standing": form.get("standing", "")}
    mistakes = _mistakes(fields)
    if mistakes:
        raise Mistakes(mistakes)
    return fields


def typed(form: MultiDict[str, str]) -> dict[str, str]:
    """What was typed, so that nobody has to type it again."""
    return {name: form.get(name, "") for name in (*TEXTS, "text", "standing")}


def _mistakes(fields: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name: f"At most {most} characters, please." for name, most in TEXTS.items() if len(fields[name] or "") > most
    }
    if len(fields["text"]) not in SIGNS:
        found["text"] = f"{SIGNS[0]} to {SIGNS[-1]} letters and digits, please, such as B AB 123."
    if fields["standing"] not in STANDINGS:
        found["standing"] = "Please choose one."
    return found
