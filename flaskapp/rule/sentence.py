"""A rule as a sentence, of which each word that can be changed knows its place in the form. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flaskapp import words
from services.core.device_words import state_word
from services.store.link import Link

EVERYBODY = "everybody"
ANY = dict.fromkeys(("camera", "plate", "camera_event"), "any camera")
STANDINGS = {
    "unknown": "an unknown plate",
    "known": "a known plate",
    "allow": "an allowed plate",
    "deny": "a denied plate",
}
UNCOUNTED = ("skis", "scissors", "broccoli")


@dataclass(frozen=True)
class Names:
    """What people call things, by their ids; `kinds` are those of devices, `groups` those of groups of one kind."""

    devices: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    cameras: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    schedules: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    plates: Mapping[str, str] = field(default_factory=dict)

    def state(self, kind: str, name: str, active: bool) -> str:
        """What is said of an active or quiet `device` or `group`."""
        return state_word((self.groups if kind == "group" else self.kinds).get(name, ""), active)


@dataclass(frozen=True)
class Word:
    """A stretch of the sentence; `part` is where the form changes it, None for what only joins."""

    text: str
    part: str | None = None


def sentence(rule: Link, names: Names) -> list[Word]:
    """`When [Garage PIR] triggers while [away], switch on [Siren] for [30 s] and tell [everybody].`"""
    said = [Word("When "), *_inputs(rule, names), *_when(rule, names), Word(", ")]
    return _merged([*said, *_actions(rule.actions, names), Word(".")])


def done(actions: Sequence[Mapping[str, Any]], names: Names) -> str:
    """`switch on Siren for 30 s and tell everybody`: what actions do, as text."""
    return plain(_actions(actions, names))


def plain(said: Sequence[Word]) -> str:
    """The sentence as text."""
    return "".join(word.text for word in said)


def title(rule: Link, names: Names) -> str:
    """A short name for a rule that nobody has named: `Garage PIR: Siren on`."""
    comes = ", ".join(input_name(one, names) for one in rule.inputs)
    return f"{comes}: {', '.join(_short(one, names) for one in rule.actions)}"


def input_name(one: Mapping[str, Any], names: Names) -> str:
    """What an input is called: a device, a group, a camera, the panic button."""
    if one["kind"] == "panic":
        return "Panic"
    known = names.cameras if one["kind"] in ANY else names.devices if one["kind"] == "device" else {}
    return known.get(one["id"], one["id"]) if one["id"] else ANY.get(one["kind"], "any device")


def output_name(one: Mapping[str, Any], names: Names) -> str:
    """What an action switches: an output, or all of a group."""
    if one["kind"] == "switch_group":
        return f"all of {one['id']}"
    if one["kind"] in ("snapshot", "clip"):
        return names.cameras.get(one["id"], one["id"])
    return names.devices.get(one["id"], one["id"])


def _inputs(rule: Link, names: Names) -> Iterator[Word]:
    parts = [list(_input(one, f"i{place}", names)) for place, one in enumerate(rule.inputs)]
    yield from _joined(parts, " or " if rule.within_s is None else " and ")
    if rule.within_s is not None:
        yield from (Word(" within "), Word(words.span(rule.within_s), "within"))


def _input(one: Mapping[str, Any], part: str, names: Names) -> Iterator[Word]:
    kind, name = one["kind"], input_name(one, names)
    if kind == "panic":
        yield from (Word("somebody presses "), Word(name, part))
    elif kind == "camera":
        seen = _either([_article(label) for label in one["labels"] or []]) or "anything"
        yield from (Word(name, part), Word(" sees "), Word(seen, part), Word(" arrive"))
        yield from _in_zones(one, part)
    elif kind == "plate":
        yield from (Word(name, part), Word(" reads "), Word(_plates(one, names), part))
    elif kind == "camera_event":
        yield from (Word(name, part), Word(" reports "), Word(_either(one["details"] or ["motion", "light"]), part))
    else:
        yield from _reports(one, part, names)


def _reports(one: Mapping[str, Any], part: str, names: Names) -> Iterator[Word]:
    """What a device does, or anything in a group."""
    kind, moment, found = one["kind"], one["moment"], one["id"] or ""
    if moment in ("first", "last"):
        yield Word(f"the {moment} in {found or 'any group'}", part)
        yield from (Word(" is "), Word(names.state(kind, found, moment == "first"), part))
        return
    name = input_name(one, names)
    yield Word(f"anything in {name}" if kind == "group" and found else name, part)
    stays = names.state(kind, found, active=True)
    yield Word(" triggers") if moment == "trigger" else Word(f" stays {stays} for too long", part)


def _plates(one: Mapping[str, Any], names: Names) -> str:
    certain = [names.plates.get(each, "a plate that was removed") for each in one["plates"] or ()]
    return _either([*(STANDINGS[each] for each in one["standings"] or ()), *certain]) or "any plate"


def _in_zones(one: Mapping[str, Any], part: str) -> Iterator[Word]:
    if one["zones"]:
        yield from (Word(" in "), Word(_either(one["zones"]), part))


def _when(rule: Link, names: Names) -> Iterator[Word]:
    if rule.modes is not None:
        modes = _either([names.modes.get(one, one).lower() for one in rule.modes])
        yield from (Word(" while "), Word(modes, "modes"))
    if rule.schedule_id is not None:
        yield from (Word(" during "), Word(names.schedules.get(rule.schedule_id, "a schedule"), "schedule"))


def _actions(actions: Sequence[Mapping[str, Any]], names: Names) -> list[Word]:
    return _joined([list(_action(one, f"a{place}", names)) for place, one in enumerate(actions)], " and ")


def _action(one: Mapping[str, Any], part: str, names: Names) -> Iterator[Word]:
    if one["kind"] in ("switch", "switch_group"):
        yield from _switch(one, part, names)
    elif one["kind"] == "say":
        yield from (Word("say "), Word(_quoted(one["text"]), part), Word(" on "), Word(output_name(one, names), part))
    elif one["kind"] == "snapshot":
        yield from (Word("take a picture with "), Word(output_name(one, names), part))
    elif one["kind"] == "clip":
        yield from _clip(one, part, names)
    elif one["kind"] == "mode":
        yield from (Word("set the house to "), Word(names.modes.get(one["id"], one["id"]), part))
    else:
        yield from (Word("tell "), Word(_told(one, names), part))
        if one["text"]:
            yield from (Word(" "), Word(_quoted(one["text"]), part))


def _switch(one: Mapping[str, Any], part: str, names: Names) -> Iterator[Word]:
    yield from (Word("switch on " if one["on"] else "switch off "), Word(output_name(one, names), part))
    if one["on"] and one["seconds"]:
        yield from (Word(" for "), Word(words.span(one["seconds"]), part))


def _clip(one: Mapping[str, Any], part: str, names: Names) -> Iterator[Word]:
    yield from (Word("cut a clip of "), Word(output_name(one, names), part))
    if one["seconds"]:
        yield from (Word(" up to "), Word(words.span(one["seconds"]), part), Word(" later"))


def _short(one: Mapping[str, Any], names: Names) -> str:
    if one["kind"] in ("switch", "switch_group"):
        return f"{output_name(one, names)} {'on' if one['on'] else 'off'}"
    if one["kind"] == "snapshot":
        return f"picture of {output_name(one, names)}"
    if one["kind"] == "clip":
        return f"clip of {output_name(one, names)}"
    if one["kind"] == "mode":
        return f"set {names.modes.get(one['id'], one['id'])}"
    return "say something" if one["kind"] == "say" else f"tell {_told(one, names)}"


def _told(one: Mapping[str, Any], names: Names) -> str:
    if one["people"] is None:
        return EVERYBODY
    known = [names.people.get(each, "somebody who was removed") for each in one["people"]]
    return _listed(known, "and")


def _joined(parts: Sequence[list[Word]], last: str) -> list[Word]:
    """`a, b and c`; each part is a list of words."""
    said: list[Word] = []
    for number, part in enumerate(parts):
        if number:
            said.append(Word(last if number == len(parts) - 1 else ", "))
        said += part
    return said


def _merged(said: Sequence[Word]) -> list[Word]:
    """Neighbours that lead to nowhere become one."""
    merged: list[Word] = []
    for word in said:
        if merged and word.part is None and merged[-1].part is None:
            merged[-1] = Word(merged[-1].text + word.text)
        else:
            merged.append(word)
    return merged


def _either(texts: Sequence[str]) -> str:
    return _listed(texts, "or")


def _listed(texts: Sequence[str], last: str) -> str:
    return f" {last} ".join(part for part in (", ".join(texts[:-1]), *texts[-1:]) if part)


def _article(label: str) -> str:
    if label in UNCOUNTED:
        return label
    return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


def _quoted(text: str) -> str:
    return f"“{text}”"
