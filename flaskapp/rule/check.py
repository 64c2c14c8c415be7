"""What is wrong with a rule that a program sent, by where it is in it. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flaskapp.rule.choices import Choices, groups
from flaskapp.rule.form import NAME_LENGTH, ROWS_MAX
from flaskapp.rule.inputs import ALL_NARROWS, MOMENTS, NARROWS
from flaskapp.rule.sentence import ANY
from services.core.device_words import SPEAKER
from services.core.rolls import LONGEST_S
from services.store.link import Link

NEEDED = {
    "switch": {"id": "Which output?", "on": "On or off?"},
    "switch_group": {"id": "Which group?", "on": "On or off?"},
    "say": {"id": "Which speaker?", "text": "What is to be said?"},
    "mode": {"id": "Which mode?"},
    "alert": {},
    "snapshot": {"id": "Which camera?"},
    "clip": {"id": "Which camera?"},
}
"""What an action cannot be without, by its kind."""
USED = {
    "switch": {"id", "on", "seconds"},
    "switch_group": {"id", "on", "seconds"},
    "say": {"id", "text"},
    "mode": {"id"},
    "alert": {"text", "people"},
    "snapshot": {"id"},
    "clip": {"id", "seconds"},
}
WHOSE = {
    "escalation": "Only a device or group can stay active for too long.",
    "first": "Only a group has a first.",
    "last": "Only a group has a last.",
}
"""What is wrong with a moment at another kind of input."""
Mistake = tuple[str, str]


def incomplete(rule: Link) -> dict[str, str]:
    """What does not hold together, whatever there is in the house."""
    found = dict(_of_whole(rule))
    for place, one in enumerate(rule.inputs):
        found |= {f"inputs[{place}].{name}": words for name, words in _of_input(one)}
    for place, one in enumerate(rule.actions):
        found |= {f"actions[{place}].{name}": words for name, words in _of_action(one)}
    return found


def gone(rule: Link, house: Choices) -> dict[str, str]:
    """What it speaks of that the house does not have."""
    found = needed(rule, [one.id for one in house.modes], [one.id for one in house.schedules])
    for place, one in enumerate(rule.inputs):
        found |= {f"inputs[{place}].{name}": words for name, words in _unknown_input(one, house)}
    for place, one in enumerate(rule.actions):
        found |= {f"actions[{place}].{name}": words for name, words in _unknown_output(one, house)}
    return found


def needed(rule: Link, modes: Sequence[str], schedules: Sequence[str]) -> dict[str, str]:
    """Modes and schedules that it names and that there are not: a rule never outlives these."""
    found = {f"modes[{place}]": f"There is no mode {one}." for place, one in _strange(rule.modes or (), modes)}
    if rule.schedule_id is not None and rule.schedule_id not in schedules:
        found["schedule_id"] = f"There is no schedule {rule.schedule_id}."
    sets = [one["id"] if one["kind"] == "mode" else None for one in rule.actions]
    told = _strange(sets, (*modes, None))
    return found | {f"actions[{place}].id": f"There is no mode {one}." for place, one in told}


def _strange(named: Sequence[Any], known: Sequence[Any]) -> list[tuple[int, Any]]:
    return [(place, one) for place, one in enumerate(named) if one not in known]


def _of_whole(rule: Link) -> Iterator[Mistake]:
    if not rule.name or rule.name != " ".join(rule.name.split()) or len(rule.name) > NAME_LENGTH:
        yield "name", f"A name in one line, please, of at most {NAME_LENGTH} characters."
    for name, rows in (("inputs", rule.inputs), ("actions", rule.actions)):
        if not 1 <= len(rows) <= ROWS_MAX:
            yield name, f"From 1 to {ROWS_MAX}, please."
    if rule.within_s is not None and len(rule.inputs) < 2:
        yield "within_s", "One input alone has nothing to wait for."
    if rule.modes == []:
        yield "modes", "Name at least one mode, or null for every mode."


def _of_input(one: Mapping[str, Any]) -> Iterator[Mistake]:
    if one["moment"] not in MOMENTS.get(one["kind"], ("trigger",)):
        yield "moment", WHOSE[one["moment"]]
    if one["kind"] == "panic" and one["id"] is not None:
        yield "id", "There is one panic button: null, please."
    if one["kind"] in ("device", "group") and one["id"] is None:
        yield "id", f"Which {one['kind']}?"
    usable = NARROWS.get(one["kind"], ())
    for name in ALL_NARROWS:
        if one[name] is not None and (name not in usable or one[name] == []):
            yield name, "Null, please." if name not in usable else "Name at least one, or null for all."


def _of_action(one: Mapping[str, Any]) -> Iterator[Mistake]:
    for name, words in NEEDED[one["kind"]].items():
        if one[name] is None:
            yield name, words
    for name in ("id", "on", "seconds", "text", "people"):
        if one[name] is not None and name not in USED[one["kind"]]:
            yield name, "Null, please."
    if one["kind"] == "alert" and one["people"] == []:
        yield "people", "Name at least one, or null for whoever wants to know."
    if one["on"] is False and one["seconds"] is not None:
        yield "seconds", "Off is until it is switched on: null, please."
    if one["kind"] == "clip" and (one["seconds"] or 1) > LONGEST_S:
        yield "seconds", f"At most {LONGEST_S}, please."


def _unknown_input(one: Mapping[str, Any], house: Choices) -> Iterator[Mistake]:
    kind, name = one["kind"], one["id"]
    inputs = [some for some in house.devices if some.is_input]
    known = {"device": [some.id for some in inputs], "group": groups(inputs)}
    cameras = [some.id for some in house.cameras]
    if name is not None and name not in (cameras if kind in ANY else known.get(kind, [name])):
        yield "id", f"There is no {'camera' if kind in ANY else kind} {name} that triggers."
    for zone in one["zones"] or ():
        if zone not in house.zones.get(name or "", ()):
            yield "zones", f"That camera has no zone {zone}."
    for each in one["plates"] or ():
        if each not in house.plates:
            yield "plates", f"There is no plate {each} that somebody has named."


def _unknown_output(one: Mapping[str, Any], house: Choices) -> Iterator[Mistake]:
    outputs = [some for some in house.devices if some.is_output and some.kind != SPEAKER]
    known = {
        "switch": [some.id for some in outputs],
        "switch_group": groups(outputs),
        "say": list(house.speakers),
    }
    if one["kind"] == "snapshot" and one["id"] not in house.pulled:
        yield "id", f"There is no camera {one['id']} from which a picture can be pulled."
    if one["kind"] == "clip" and one["id"] not in house.recorded:
        yield "id", f"There is no camera {one['id']} that is recorded."
    for each in one["people"] or ():
        if each not in house.people:
            yield "people", f"There is no person {each}."
    if one["kind"] in known and one["id"] not in known[one["kind"]]:
        yield "id", f"There is no {'speaker' if one['kind'] == 'say' else 'output'} {one['id']}."
