"""Why a rule cannot do what it says: what it speaks of is gone, switched off, or never happens. Pure functions."""

from collections.abc import Iterator, Mapping
from typing import Any

from flaskapp.rule.choices import Choices, groups
from flaskapp.rule.sentence import ANY, input_name, output_name
from services.store.device import Device
from services.store.link import Link

SWITCHES = ("switch", "switch_group")


def troubles(rule: Link, offered: Choices) -> list[str]:
    """Sentences; none when nothing is in the way."""
    found = [words for one in rule.inputs for words in _of_input(one, offered)]
    found += [words for one in rule.actions for words in _of_action(one, offered)]
    found += [
        f"The schedule {one.name} is switched off"
        for one in offered.schedules
        if one.id == rule.schedule_id and not one.enabled
    ]
    return list(dict.fromkeys(found))


def _of_input(one: Mapping[str, Any], offered: Choices) -> Iterator[str]:
    kind, name = one["kind"], input_name(one, offered.names)
    if kind == "group" and one["id"] and one["id"] not in groups([some for some in offered.devices if some.is_input]):
        yield f"No device that reports is in the group {name}"
    if set(one["plates"] or ()) - set(offered.plates):
        yield "A plate that it goes by was removed, or is unknown again"
    if kind in ANY and one["id"] and one["id"] not in offered.names.cameras:
        yield f"There is no camera {name} any more"
    for zone in one["zones"] or ():
        if zone not in offered.zones.get(one["id"], ()):
            yield f"{name} has no zone {zone} any more"
    if kind == "device" and one["id"]:
        yield from _of_device(one["id"], offered)
        yield from _of_moment(one, offered)


def _of_moment(one: Mapping[str, Any], offered: Choices) -> Iterator[str]:
    found = _find(one["id"], offered)
    if found and one["moment"] == "escalation" and found.escalate_after_s is None:
        yield f"{found.shown_name} never escalates: its card on Devices says after how long it does"


def _of_action(one: Mapping[str, Any], offered: Choices) -> Iterator[str]:
    if one["kind"] in ("switch", "say"):
        yield from _of_device(one["id"], offered)
    outputs = [some for some in offered.devices if some.is_output]
    if one["kind"] == "switch_group" and one["id"] not in groups(outputs):
        yield f"Nothing that can be switched is in the group {one['id']}"
    if set(one["people"] or ()) - set(offered.people):
        yield "Somebody whom it tells was removed"
    if one["kind"] == "snapshot" and one["id"] not in offered.pulled:
        yield f"No picture can be pulled from {output_name(one, offered.names)}: its page says how to connect it"
    if one["kind"] == "clip" and one["id"] not in offered.recorded:
        yield f"{output_name(one, offered.names)} is not recorded: its page says how to connect it"
    if one["kind"] == "mode" and one["id"] not in offered.names.modes:
        yield f"There is no mode {output_name(one, offered.names)} any more"


def _of_device(device_id: str, offered: Choices) -> Iterator[str]:
    found = _find(device_id, offered)
    if found is None:
        yield f"There is no device {device_id} any more"
    elif not found.enabled:
        yield f"{found.shown_name} is switched off"


def _find(device_id: str, offered: Choices) -> Device | None:
    return next((some for some in offered.devices if some.id == device_id), None)
