"""What a card of the page Meters sends: checked here, kept as it was typed when something is wrong."""

from math import isfinite
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from services.core.device_messages import COUNTED_MAX
from services.store.meter import Meter

FIELDS = ("shows", "factor", "unit", "digits", "low", "high")
SHOWS = {"register": "what it has counted so far", "last_minute": "what it counted in the last minute"}
UNIT_LENGTH = 16
DIGITS = range(7)
FACTOR_MIN = 1e-6


def read(form: MultiDict[str, str]) -> dict[str, Any]:
    """The meter's fields as the store takes them. Raises `Mistakes`."""
    mistakes: dict[str, str] = {}
    fields: dict[str, Any] = {"shows": form.get("shows", ""), "unit": " ".join(form.get("unit", "").split()) or None}
    if fields["shows"] not in SHOWS:
        mistakes["shows"] = "One of the two, please."
    if len(fields["unit"] or "") > UNIT_LENGTH:
        mistakes["unit"] = f"At most {UNIT_LENGTH} characters, please."
    for name in ("factor", "digits", "low", "high"):
        try:
            fields[name] = number(form.get(name, ""))
        except ValueError:
            mistakes[name] = "A number, please."
    mistakes = _of_numbers(fields) | mistakes
    if mistakes:
        raise Mistakes(mistakes)
    return fields | {"digits": int(fields["digits"])}


def _of_numbers(fields: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not FACTOR_MIN <= (fields.get("factor") or 0) <= COUNTED_MAX:
        found["factor"] = "A number above 0, please, such as 1000 for 1000 pulses a kWh."
    if fields.get("digits") not in DIGITS:
        found["digits"] = "From 0 to 6, please."
    low, high = fields.get("low"), fields.get("high")
    if low is not None and high is not None and low > high:
        found["high"] = "The high limit is below the low one."
    return found


def wanted_register(form: MultiDict[str, str], one: Meter, present: float | None) -> tuple[float, bool]:
    """What the register is to be set to or, when the second is true, how much is to be added. Raises `Mistakes`.

    Typed in the meter's value when that is the register, else as the meter counts.
    """
    try:
        typed = number(form.get("amount", ""))
    except ValueError:
        typed = None
    if typed is None:
        raise Mistakes({"amount": "A number, please."})
    register, is_added = typed * (one.factor if one.shows == "register" else 1), form.get("how") == "add"
    if is_added and present is None:
        raise Mistakes({"amount": "It has not told its register yet: set it instead."})
    if not 0 <= register + (present or 0 if is_added else 0) <= COUNTED_MAX:
        raise Mistakes({"amount": "The register would be below 0, or too large."})
    return register, is_added


def number(text: str) -> float | None:
    """`2,5` and `2.5`; None for nothing. Raises `ValueError`."""
    if not text.strip():
        return None
    found = float(text.strip().replace(",", "."))
    if not isfinite(found):
        raise ValueError(text)
    return found


def typed(form: MultiDict[str, str]) -> dict[str, str]:
    """What was typed, so that nobody has to type it again."""
    return {name: form.get(name, "") for name in (*FIELDS, "amount", "how")}


def present(one: Meter) -> dict[str, str]:
    """What the card's forms show of a meter."""
    plain = {name: getattr(one, name) for name in ("factor", "low", "high")}
    numbers = {name: "" if value is None else f"{value:.12g}" for name, value in plain.items()}
    return numbers | {"shows": one.shows, "unit": one.unit or "", "digits": str(one.digits), "amount": "", "how": "set"}
