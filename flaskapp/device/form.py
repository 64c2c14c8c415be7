"""What a card of the page Devices sends: checked here, kept as it was typed when something is wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from flaskapp.number import whole
from services.store.device import Device

DAY = 86400
MONTH = 31 * DAY
TEXTS = {"name": 120, "group_name": 120}
SECONDS = "A number of seconds up to 86400 (a day), please; "


@dataclass(frozen=True)
class Number:
    """A number that may be left out: its column, how many of the column's unit one typed unit is, what is allowed."""

    column: str
    unit: int
    allowed: range
    wrong: str


OF_ALL = {
    "stale_after": Number(
        "stale_after_s",
        60,
        range(10, MONTH + 1),
        "From 0.2 minutes to 31 days (44640), please; nothing means 5 minutes.",
    ),
}
OF_INPUTS = {
    "latch": Number("latch_s", 1, range(DAY + 1), SECONDS + "0 means that each trigger counts, nothing means 60."),
    "rate_count": Number("rate_count", 1, range(2, 1001), "From 2 to 1000 triggers, please, or nothing."),
    "rate": Number("rate_s", 1, range(1, DAY + 1), SECONDS + "or nothing."),
    "escalate_after": Number(
        "escalate_after_s", 60, range(1, MONTH + 1), "Minutes up to 31 days (44640), please; nothing means never."
    ),
}
OF_OUTPUTS = {
    "interval": Number("interval_s", 1, range(1, DAY + 1), SECONDS + "nothing means no pause."),
    "longest_on": Number("longest_on_s", 1, range(1, DAY + 1), SECONDS + "nothing means no limit."),
}
NUMBERS = OF_ALL | OF_INPUTS | OF_OUTPUTS
FIELDS = (*TEXTS, "enabled", "entry", "schedule_id", *(number.column for number in NUMBERS.values()))
HALF = "Both numbers, please, or none."
GONE = "That schedule is no more: please choose again."


def read(form: MultiDict[str, str], found: Device, schedules: Collection[str]) -> dict[str, Any]:
    """The device's fields as the store takes them; ids of the schedules that there are. Raises `Mistakes`."""
    fields: dict[str, Any] = {name: " ".join(form.get(name, "").split()) or None for name in TEXTS}
    mistakes = {
        name: f"At most {most} characters, please." for name, most in TEXTS.items() if len(fields[name] or "") > most
    }
    numbers, wrong = _numbers(form, _of(found))
    fields |= numbers | {"enabled": "enabled" in form, "schedule_id": form.get("schedule_id") or None}
    fields["entry"] = found.is_input and "entry" in form
    mistakes |= wrong | _half(numbers, wrong)
    if fields["schedule_id"] is not None and fields["schedule_id"] not in schedules:
        mistakes["schedule_id"] = GONE
    if mistakes:
        raise Mistakes(mistakes)
    return fields


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, so that nobody has to type it again."""
    ticked = {name: name in form for name in ("enabled", "entry")}
    return {name: form.get(name, "") for name in (*TEXTS, *NUMBERS, "schedule_id")} | ticked


def present(found: Device) -> dict[str, Any]:
    """What the card's form shows of a device."""
    texts = {name: getattr(found, name) or "" for name in (*TEXTS, "schedule_id")}
    ticked = {"enabled": found.enabled, "entry": found.entry}
    return texts | ticked | {name: _shown(found, number) for name, number in NUMBERS.items()}


def _shown(found: Device, number: Number) -> str:
    value = getattr(found, number.column)
    return "" if value is None else f"{value / number.unit:g}"


def _of(found: Device) -> dict[str, Number]:
    """Which numbers a device's card asks for."""
    return OF_ALL | (OF_INPUTS if found.is_input else {}) | (OF_OUTPUTS if found.is_output else {})


def _numbers(form: MultiDict[str, str], wanted: Mapping[str, Number]) -> tuple[dict[str, int | None], dict[str, str]]:
    """The numbers by their columns, and what is wrong by its field."""
    fields: dict[str, int | None] = {}
    wrong = {}
    for name, number in wanted.items():
        try:
            value = whole(form.get(name, ""), number.unit)
        except ValueError:
            value = -1
        if value is not None and value not in number.allowed:
            wrong[name] = number.wrong
        fields[number.column] = value
    return fields, wrong


def _half(numbers: Mapping[str, int | None], wrong: Mapping[str, str]) -> dict[str, str]:
    if {"rate", "rate_count"} & wrong.keys() or (numbers.get("rate_count") is None) == (numbers.get("rate_s") is None):
        return {}
    return {"rate" if numbers["rate_s"] is None else "rate_count": HALF}
