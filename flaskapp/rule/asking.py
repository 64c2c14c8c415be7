"""What somebody asks of rules: checked here, and put as a message."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.gallery import Gallery
from flaskapp.mistakes import Mistakes
from flaskapp.mode.form import next_at
from flaskapp.rule.choices import Choices
from services.core.rule_messages import AskRules
from services.store.link import Link

GONE = "That is there no more: please choose again."


@dataclass(frozen=True)
class Typed:
    """What the form says: `what` is `kind:id`; everything else may be empty."""

    what: str
    moment: str
    label: str
    mode_id: str
    clock: str


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    moment = "escalation" if form.get("moment") == "escalation" else "trigger"
    label = form.get("label", "").strip()[:64]
    return Typed(form.get("what", ""), moment, label, form.get("mode", ""), form.get("clock", "").strip())


def question(sent: Typed, zones: Collection[str], choices: Choices, home: Gallery) -> AskRules:
    """The message that asks it. Raises `Mistakes`."""
    kind, _, found = sent.what.partition(":")
    happens_at, mistakes = _moment(sent.clock, home)
    if sent.what not in places(choices):
        mistakes["what"] = GONE if sent.what else "What triggers?"
    if sent.mode_id and sent.mode_id not in choices.names.modes:
        mistakes["mode"] = GONE
    if mistakes:
        raise Mistakes(mistakes)
    arrives = kind == "camera"
    return AskRules.make(
        home.clock,
        "gallery",
        kind=kind,
        device_id=found if kind == "device" else None,
        camera_id=found if arrives else None,
        label=(sent.label or "person") if arrives else None,
        zones=sorted(set(zones) & set(choices.zones.get(found, ()))) if arrives else [],
        moment=sent.moment if kind == "device" else "trigger",
        mode_id=sent.mode_id or None,
        happens_at=happens_at,
    )


def places(choices: Choices) -> dict[str, str]:
    """What one can ask for: one device, one camera, the panic button; words by `kind:id`."""
    every = {what: words for some in choices.inputs.values() for what, words in some.items()}
    asked = ("device:", "camera:", "panic:")
    return {what: words for what, words in every.items() if what.startswith(asked) and what not in asked[:2]}


def _moment(clock: str, home: Gallery) -> tuple[datetime | None, dict[str, str]]:
    try:
        return (next_at(clock, home.now(), home.zone) if clock else None), {}
    except Mistakes as mistakes:
        return None, dict(mistakes.by_field)


def trial(rule: Link) -> dict[str, Any]:
    """The question that a rule answers with yes, as far as one of its inputs alone can; empty for a group's rule."""
    one = rule.inputs[0]
    if one["kind"] not in ("device", "camera", "panic") or (one["id"] is None and one["kind"] != "panic"):
        return {}
    asked = {"what": f"{one['kind']}:{one['id'] or ''}", "mode": (rule.modes or [""])[0], "moment": one["moment"]}
    return asked | {"label": (one["labels"] or [""])[0], "zone": one["zones"] or []}
