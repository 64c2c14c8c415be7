"""What somebody asks of rules: checked here, and put as a message."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.gallery import Gallery
from flaskapp.mistakes import Mistakes
from flaskapp.mode.form import next_at
from flaskapp.rule.choices import Choices
from flaskapp.rule.inputs import AT_CAMERA, GONE, STANDINGS, shown
from services.core.rule_messages import AskRules
from services.store.link import Link

KINDS = ("device", "camera", "panic")
NARROW = ("device_id", "camera_id", "label", "detail", "standing", "plate_id", "of_group")


@dataclass(frozen=True)
class Typed:
    """What the form says: `what` is `kind:id`; everything else may be empty. `plate` is a standing or a plate's id.

    `moment` is `trigger`, `escalation`, `first` or `last` of a device; of a camera `trigger`, `plate` or
    `camera_event`.
    """

    what: str
    moment: str
    label: str
    mode_id: str
    clock: str
    plate: str = ""
    detail: str = ""


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    return Typed(
        what=form.get("what", ""),
        moment=form.get("moment", ""),
        label=form.get("label", "").strip()[:64],
        mode_id=form.get("mode", ""),
        clock=form.get("clock", "").strip(),
        plate=form.get("plate", ""),
        detail=form.get("detail", "").strip()[:200],
    )


def question(sent: Typed, zones: Collection[str], choices: Choices, home: Gallery) -> AskRules:
    """The message that asks it. Raises `Mistakes`."""
    happens_at, mistakes = _moment(sent.clock, home)
    if sent.what not in places(choices):
        mistakes["what"] = GONE if sent.what else "What triggers?"
    if sent.mode_id and sent.mode_id not in choices.names.modes:
        mistakes["mode"] = GONE
    if sent.plate and sent.plate not in (*STANDINGS, *choices.plates):
        mistakes["plate"] = GONE
    if mistakes:
        raise Mistakes(mistakes)
    kind, _, found = sent.what.partition(":")
    said = _of_device(sent, found) if kind == "device" else _of_camera(sent, found, choices) if found else {}
    seen = set(zones) & set(choices.zones.get(found, ())) if said.get("label") else ()
    values = {"kind": kind, "moment": "trigger", **dict.fromkeys(NARROW), **said}
    when = {"mode_id": sent.mode_id or None, "happens_at": happens_at}
    return AskRules.make(home.clock, "gallery", zones=sorted(seen), **values, **when)


def _of_device(sent: Typed, device_id: str) -> dict[str, Any]:
    turns = {"first": "trigger", "last": "quiet"}
    if sent.moment in turns:
        return {"device_id": device_id, "moment": turns[sent.moment], "of_group": sent.moment}
    return {"device_id": device_id, "moment": "escalation" if sent.moment == "escalation" else "trigger"}


def _of_camera(sent: Typed, camera_id: str, choices: Choices) -> dict[str, Any]:
    said: dict[str, Any] = {"camera_id": camera_id}
    if sent.moment == "camera_event":
        return said | {"kind": sent.moment, "detail": sent.detail or "moving"}
    if sent.moment != "plate":
        return said | {"label": sent.label or "person"}
    certain = choices.plates.get(sent.plate)
    if certain is None:
        standing = sent.plate or "unknown"
        return said | {"kind": "plate", "standing": standing, "detail": f"{WORDS[standing].lower()} plate"}
    name = choices.names.plates[certain.id]
    return said | {"kind": "plate", "standing": certain.standing, "plate_id": certain.id, "detail": f"plate {name}"}


WORDS = {"unknown": "Unknown", "known": "Known", "allow": "Allowed", "deny": "Denied"}
"""What a plate is to its owner."""


def places(choices: Choices) -> dict[str, str]:
    """What one can ask for: one device, one camera, the panic button; words by `kind:id`."""
    every = {what: words for some in choices.inputs.values() for what, words in some.items()}
    asked = tuple(f"{kind}:" for kind in KINDS)
    return {what: words for what, words in every.items() if what.startswith(asked) and what not in asked[:2]}


def moments(what: str, choices: Choices) -> Mapping[str, str]:
    """What it can do, in words by what the form sends."""
    kind, _, found = what.partition(":")
    offered = choices.moments(what)
    group = next((one.group_name for one in choices.devices if one.id == found), None)
    if kind != "device" or group is None:
        return offered
    said = {turn: choices.names.state("device", found, turn == "first") for turn in ("first", "last")}
    return {**offered, **{turn: f"is the {turn} of {group} that is {word}" for turn, word in said.items()}}


def _moment(clock: str, home: Gallery) -> tuple[datetime | None, dict[str, str]]:
    try:
        return (next_at(clock, home.now(), home.zone) if clock else None), {}
    except Mistakes as mistakes:
        return None, dict(mistakes.by_field)


def trial(rule: Link) -> dict[str, Any]:
    """The question that a rule answers with yes, as far as one of its inputs alone can; empty for a group's rule."""
    one = shown(rule.inputs[0], "")
    if one.place not in KINDS or (not one.id and one.place != "panic"):
        return {}
    asked = {"what": one.what, "mode": (rule.modes or [""])[0], "moment": one.moment}
    narrowed = {"label": (*one.labels, "")[0], "zone": list(one.zones)}
    if one.kind in AT_CAMERA:
        narrowed = {"plate": (*one.plates, "")[0], "detail": (*one.details, "")[0]}
    return asked | narrowed
