"""Changes of devices, each with who made it; the caller's transaction holds both."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from flaskapp.device import form
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.store import audit, device
from services.store.audit import Change
from services.store.device import Device

UPDATE = "device.update"
NOUN = device.NOUN
OF_NO_INPUT = "It reports nothing, so nothing holds it."
OF_NO_OUTPUT = "It cannot be switched."


def change(connection: Connection, by: Person, found: Device, wanted: Mapping[str, Any]) -> bool:
    """Changes columns of a locked device, which is no longer new then; whether anything was different."""
    now = gallery().now()
    after = {name: value for name, value in wanted.items() if value != getattr(found, name)}
    before = {name: getattr(found, name) for name in after}
    columns = dict(after)
    if found.is_new:
        columns["confirmed_at"] = now
        before, after = before | {"confirmed": False}, after | {"confirmed": True}
    if after:
        device.change(connection, found.id, **columns)
        audit.write(connection, now, by.id, Change(UPDATE, found.id, before, after))
    return bool(after)


def mistakes(found: Device, wanted: Mapping[str, Any], schedules: Collection[str]) -> dict[str, str]:
    """What is wrong with columns that are each right by themselves, by column; ids of the schedules that there are."""
    rate = {name: getattr(found, name) for name in ("rate_count", "rate_s")}
    return _strange(found, wanted) | unfit({**rate, **wanted}, schedules)


def unfit(wanted: Mapping[str, Any], schedules: Collection[str]) -> dict[str, str]:
    """What is wrong with columns, by column, whatever the device does."""
    wrong = {}
    rate = {name: wanted.get(name) for name in ("rate_count", "rate_s")}
    if (rate["rate_count"] is None) != (rate["rate_s"] is None):
        wrong["rate_s" if rate["rate_s"] is None else "rate_count"] = form.HALF
    if wanted.get("schedule_id") is not None and wanted["schedule_id"] not in schedules:
        wrong["schedule_id"] = form.GONE
    return wrong


def _strange(found: Device, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Settings of inputs that a mere output was given, and the other way round."""
    kinds = ((found.is_input, form.OF_INPUTS, OF_NO_INPUT), (found.is_output, form.OF_OUTPUTS, OF_NO_OUTPUT))
    entry = {"entry": OF_NO_INPUT} if wanted.get("entry") and not found.is_input else {}
    return entry | {
        number.column: words
        for does, numbers, words in kinds
        if not does
        for number in numbers.values()
        if wanted.get(number.column) is not None
    }
