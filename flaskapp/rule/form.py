"""What the editor of a rule sends: checked here, kept as it was typed when something is wrong or more is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp.mistakes import Mistakes
from flaskapp.number import whole
from flaskapp.rule import inputs
from flaskapp.rule.choices import Choices, offers
from flaskapp.rule.inputs import GONE, SENT_MAX, Input
from flaskapp.rule.sentence import title
from services.core.rolls import LONGEST_S
from services.store.link import Link

NAME_LENGTH = 120
TEXT_LENGTH = 300
ROWS_MAX = 20
DAY = 86400
AT_CAMERA = ("snapshot", "clip")
TAKEN = Mistakes({"name": "There is a rule of that name already."})


@dataclass(frozen=True)
class Action:
    """One line of what is done, as it was typed. `do` is a key of the views' DOINGS; `output` is `kind:id`."""

    key: str
    do: str = ""
    output: str = ""
    speaker: str = ""
    mode_id: str = ""
    camera_id: str = ""
    seconds: str = ""
    text: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Typed:
    """The whole form as it was typed. `modes` None: in every mode."""

    name: str = ""
    enabled: bool = True
    inputs: tuple[Input, ...] = (Input("i0"),)
    every: bool = False
    within: str = ""
    modes: tuple[str, ...] | None = None
    schedule_id: str = ""
    actions: tuple[Action, ...] = (Action("a0"),)


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    return Typed(
        name=" ".join(form.get("name", "").split()),
        enabled="enabled" in form,
        inputs=tuple(inputs.typed(form, key, place) for place, key in enumerate(_keys(form, "input"))),
        every=form.get("every") == "all",
        within=form.get("within", "").strip(),
        modes=tuple(form.getlist("modes")[:SENT_MAX]) if form.get("act_in") == "chosen" else None,
        schedule_id=form.get("schedule_id", ""),
        actions=tuple(_action(form, key, place) for place, key in enumerate(_keys(form, "action"))),
    )


def step(sent: Typed, wanted: str) -> Typed:
    """The form with a line more (`input`, `action`) or less (`drop-i1`); `look` only shows what a choice offers."""
    lines = [one for one in sent.inputs if f"drop-{one.key}" != wanted]
    actions = [one for one in sent.actions if f"drop-{one.key}" != wanted]
    if (wanted == "input" and len(lines) < ROWS_MAX) or not lines:
        lines.append(Input(""))
    if (wanted == "action" and len(actions) < ROWS_MAX) or not actions:
        actions.append(Action(""))
    return replace(
        sent,
        inputs=tuple(replace(one, key=f"i{place}") for place, one in enumerate(lines)),
        actions=tuple(replace(one, key=f"a{place}") for place, one in enumerate(actions)),
    )


def shown(rule: Link) -> Typed:
    """What the form shows of a rule."""
    return Typed(
        name=rule.name,
        enabled=rule.enabled,
        inputs=tuple(inputs.shown(one, f"i{place}") for place, one in enumerate(rule.inputs)),
        every=rule.within_s is not None,
        within="" if rule.within_s is None else str(rule.within_s),
        modes=None if rule.modes is None else tuple(rule.modes),
        schedule_id=rule.schedule_id or "",
        actions=tuple(_shown_action(one, f"a{place}") for place, one in enumerate(rule.actions)),
    )


def read(sent: Typed, choices: Choices, rule_id: str, at: datetime) -> Link:
    """The rule as the store takes it; one without a name is called by what it does. Raises `Mistakes`."""
    chosen = [one for one in sent.inputs if one.what]
    wanted = [one for one in sent.actions if one.do]
    mistakes = _of_all(sent, choices) | inputs.mistakes(chosen, choices) | _of_actions(wanted, choices)
    if mistakes:
        raise Mistakes(mistakes)
    made = Link(
        id=rule_id,
        name=sent.name,
        enabled=sent.enabled,
        inputs=[inputs.as_input(one) for one in chosen],
        within_s=whole(sent.within) if sent.every and len(chosen) > 1 else None,
        modes=None if sent.modes is None else sorted(sent.modes),
        schedule_id=sent.schedule_id or None,
        actions=[_as_action(one) for one in wanted],
        created_at=at,
    )
    return made if made.name else replace(made, name=title(made, choices.names)[:NAME_LENGTH])


def _keys(form: MultiDict[str, str], field: str) -> list[str]:
    return form.getlist(field)[:SENT_MAX]


def _action(form: MultiDict[str, str], key: str, place: int) -> Action:
    return Action(
        key=f"a{place}",
        do=form.get(f"do-{key}", ""),
        output=form.get(f"output-{key}", ""),
        speaker=form.get(f"speaker-{key}", ""),
        mode_id=form.get(f"mode-{key}", ""),
        camera_id=form.get(f"camera-{key}", ""),
        seconds=form.get(f"seconds-{key}", "").strip(),
        text=" ".join(form.get(f"text-{key}", "").split()),
        people=tuple(form.getlist(f"people-{key}")[:SENT_MAX]),
    )


def _shown_action(one: dict[str, Any], key: str) -> Action:
    kind, seconds = one["kind"], one["seconds"]
    switches = kind in ("switch", "switch_group")
    return Action(
        key=key,
        do=("on" if one["on"] else "off") if switches else kind,
        output=f"{kind}:{one['id']}" if switches else "",
        speaker=one["id"] if kind == "say" else "",
        mode_id=one["id"] if kind == "mode" else "",
        camera_id=one["id"] if kind in AT_CAMERA else "",
        seconds="" if seconds is None else f"{seconds:g}",
        text=one["text"] or "",
        people=tuple(one["people"] or ()),
    )


def _as_action(one: Action) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": one.do, "id": None, "on": None, "seconds": None, "text": None, "people": None}
    if one.do in ("on", "off"):
        kind, _, found = one.output.partition(":")
        made |= {"kind": kind, "id": found, "on": one.do == "on"}
        made["seconds"] = whole(one.seconds) if one.do == "on" else None
    elif one.do == "mode":
        made["id"] = one.mode_id
    elif one.do in AT_CAMERA:
        made |= {"id": one.camera_id, "seconds": whole(one.seconds) if one.do == "clip" else None}
    else:
        made |= {"id": one.speaker if one.do == "say" else None, "text": one.text or None}
        made["people"] = list(one.people) or None if one.do == "alert" else None
    return made


def _of_all(sent: Typed, choices: Choices) -> dict[str, str]:
    found = {}
    if len(sent.name) > NAME_LENGTH:
        found["name"] = f"At most {NAME_LENGTH} characters, please."
    chosen = [one for one in sent.inputs if one.what]
    if not chosen:
        found["i0"] = "What triggers it?"
    if max(len(sent.inputs), len(sent.actions)) > ROWS_MAX:
        found["rows"] = f"A rule has at most {ROWS_MAX} inputs and {ROWS_MAX} actions."
    if not any(one.do for one in sent.actions):
        found["a0"] = "What does it do?"
    if sent.every and len(chosen) > 1 and _seconds(sent.within) is None:
        found["within"] = "Within how many seconds must all of them trigger? From 1 to 86400, please."
    return found | _of_times(sent, choices)


def _of_times(sent: Typed, choices: Choices) -> dict[str, str]:
    if sent.modes == ():
        return {"modes": "Choose at least one mode, or let it act in every mode."}
    if sent.modes is not None and set(sent.modes) - {one.id for one in choices.modes}:
        return {"modes": "One of these modes is no more: please choose again."}
    if sent.schedule_id and sent.schedule_id not in {one.id for one in choices.schedules}:
        return {"schedule_id": "That schedule is no more: please choose again."}
    return {}


def _of_actions(wanted: Iterable[Action], choices: Choices) -> dict[str, str]:
    return {one.key: words for one in wanted if (words := _of_action(one, choices))}


def _of_action(one: Action, choices: Choices) -> str | None:
    if len(one.text) > TEXT_LENGTH:
        return f"At most {TEXT_LENGTH} characters, please."
    if one.do in ("on", "off"):
        return _of_switch(one, choices)
    if one.do == "say":
        return _of_say(one, choices)
    if one.do in AT_CAMERA:
        return _of_camera(one, choices)
    if one.do == "mode":
        return None if one.mode_id in {mode.id for mode in choices.modes} else "Which mode?"
    return None if one.do == "alert" and set(one.people) <= set(choices.people) else GONE


def _of_switch(one: Action, choices: Choices) -> str | None:
    if not offers(choices.outputs, one.output):
        return "Which output?"
    if one.do == "on" and one.seconds and _seconds(one.seconds) is None:
        return "For how many seconds? From 1 to 86400, please; nothing means until it is switched off."
    return None


def _of_camera(one: Action, choices: Choices) -> str | None:
    if one.camera_id not in choices.cameras_for(one.do):
        return "Which camera?"
    if one.do == "clip" and one.seconds and (_seconds(one.seconds) or DAY) > LONGEST_S:
        return f"Up to how many seconds later? From 1 to {LONGEST_S}, please; nothing means as long as any clip."
    return None


def _of_say(one: Action, choices: Choices) -> str | None:
    if one.speaker not in choices.speakers:
        return "Which speaker?"
    return None if one.text else "What is to be said?"


def _seconds(text: str) -> int | None:
    """Typed seconds; None for what is none from 1 to a day."""
    try:
        seconds = whole(text)
    except ValueError:
        return None
    return seconds if seconds is not None and 1 <= seconds <= DAY else None
