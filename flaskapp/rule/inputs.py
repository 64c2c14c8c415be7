"""What triggers a rule, line by line: as it was typed in the editor, and as the table has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from flaskapp.camera.form import labels
from flaskapp.rule.choices import Choices, offers
from services.core.messages import Standing

SENT_MAX = 500
"""No more of anything is looked at."""
DETAIL_LENGTH = 200
GONE = "That is there no more: please choose again."
STANDINGS = get_args(Standing)
MOMENTS: Mapping[str, tuple[str, ...]] = {
    "device": ("trigger", "escalation"),
    "group": ("trigger", "escalation", "first", "last"),
}
"""What inputs can do besides `trigger`, by their kind."""
AT_CAMERA = ("plate", "camera_event")
"""Kinds of inputs that the form takes for moments of a camera."""
NARROWS: Mapping[str, tuple[str, ...]] = {
    "camera": ("labels", "zones"),
    "plate": ("standings", "plates"),
    "camera_event": ("details",),
}
"""What an input may be narrowed to, by its kind."""
ALL_NARROWS = tuple(name for names in NARROWS.values() for name in names)


@dataclass(frozen=True)
class Input:
    """One line, as it was typed; `what` is `kind:id`, empty while nothing is chosen.

    Of a camera `moment` is `trigger` for arrivals, else the kind of input. `plates` are standings, and ids of plates.
    """

    key: str
    what: str = ""
    moment: str = "trigger"
    labels: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`device`, `group`, `camera` or `panic`."""
        return self.what.partition(":")[0]

    @property
    def kind(self) -> str:
        """As the table has it: the place, or what a camera does other than seeing something arrive."""
        return self.moment if self.place == "camera" and self.moment in AT_CAMERA else self.place

    @property
    def id(self) -> str:
        """Which one; empty for any."""
        return self.what.partition(":")[2]


def typed(form: MultiDict[str, str], key: str, place: int) -> Input:
    """What was typed in the line `key`, which is now the one at `place`."""
    return Input(
        key=f"i{place}",
        what=form.get(f"what-{key}", ""),
        moment=form.get(f"moment-{key}", "trigger"),
        labels=tuple(labels(form, f"labels-{key}")),
        zones=tuple(form.getlist(f"zones-{key}")[:SENT_MAX]),
        plates=tuple(form.getlist(f"plates-{key}")[:SENT_MAX]),
        details=tuple(one for one in form.getlist(f"details-{key}")[:SENT_MAX] if 0 < len(one) <= DETAIL_LENGTH),
    )


def shown(one: Mapping[str, Any], key: str) -> Input:
    """What the form shows of an input."""
    is_at_camera = one["kind"] in AT_CAMERA
    return Input(
        key=key,
        what=f"{'camera' if is_at_camera else one['kind']}:{one['id'] or ''}",
        moment=one["kind"] if is_at_camera else one["moment"],
        labels=tuple(one["labels"] or ()),
        zones=tuple(one["zones"] or ()),
        plates=(*(one["standings"] or ()), *(one["plates"] or ())),
        details=tuple(one["details"] or ()),
    )


def as_input(one: Input) -> dict[str, Any]:
    """The line as the table has it."""
    chosen = {
        "labels": one.labels,
        "zones": one.zones,
        "standings": [plate for plate in one.plates if plate in STANDINGS],
        "plates": [plate for plate in one.plates if plate not in STANDINGS],
        "details": one.details,
    }
    narrows = NARROWS.get(one.kind, ())
    return {
        "kind": one.kind,
        "id": one.id or None,
        "moment": one.moment if one.moment in MOMENTS.get(one.kind, ()) else "trigger",
        **{name: list(some) or None if name in narrows else None for name, some in chosen.items()},
    }


def mistakes(chosen: Iterable[Input], choices: Choices) -> dict[str, str]:
    """What is wrong, by the key of the line."""
    return {one.key: words for one in chosen if (words := _mistake(one, choices))}


def _mistake(one: Input, choices: Choices) -> str | None:
    if not offers(choices.inputs, one.what):
        return GONE
    strange = set(one.zones) - set(choices.zones.get(one.id, ()))
    if one.kind == "camera" and strange:
        return f"{', '.join(sorted(strange))} is no zone of that camera: please choose again."
    if one.kind == "plate" and set(one.plates) - {*STANDINGS, *choices.plates}:
        return "One of these plates is no more: please choose again."
    return None
