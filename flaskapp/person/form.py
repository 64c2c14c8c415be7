"""What the editor of a person sends: checked here, kept as it was typed when something is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from werkzeug.datastructures import MultiDict

from flaskapp import week
from flaskapp.mistakes import Mistakes
from flaskapp.person.words import CHOICES, PLATE_DENY
from flaskapp.week import Row
from services.store.person import Person

NAME_LENGTH = 120
CHOSEN_MAX = 500
PER_HOUR_MAX = 1000
SCOPES = {"cameras": "camera", "labels": "thing", "zones": "zone", "modes": "mode"}
"""What a person may want all of, or only some; with the word for one."""
TAKEN = Mistakes({"name": "There is a person of that name already."})

Some = tuple[str, ...] | None


@dataclass(frozen=True)
class Options:
    """What can be chosen: ids with their names."""

    cameras: Mapping[str, str]
    labels: Mapping[str, str]
    zones: Mapping[str, str]
    modes: Mapping[str, str]
    users: Mapping[str, str]

    def breaks_through(self) -> dict[str, str]:
        """What can be told in quiet hours all the same."""
        return {PLATE_DENY: "Denied plate", **CHOICES, **self.labels}


@dataclass(frozen=True)
class Typed:
    """The whole form as it was typed; None in `cameras`, `labels`, `zones`, `modes` is all."""

    name: str = ""
    user_id: str = ""
    enabled: bool = True
    cameras: Some = None
    labels: Some = None
    zones: Some = None
    modes: Some = None
    happenings: tuple[str, ...] = ("camera_silent", "camera_unreachable", "device_stale", "disk_low", "rule_alert")
    breaks_through: tuple[str, ...] = ()
    per_hour: str = "12"
    quiet: tuple[Row, ...] = ()


def typed(form: MultiDict[str, str]) -> Typed:
    """What was typed."""
    return Typed(
        name=" ".join(form.get("name", "").split()),
        user_id=form.get("user_id", ""),
        enabled="enabled" in form,
        **{scope: _some(form, scope) for scope in SCOPES},
        happenings=_chosen(form, "happenings"),
        breaks_through=_chosen(form, "breaks_through"),
        per_hour=form.get("per_hour", "").strip(),
        quiet=week.typed(form),
    )


def shown(one: Person) -> Typed:
    """What the form shows of a person."""
    return Typed(
        name=one.name,
        user_id=one.user_id or "",
        enabled=one.enabled,
        **{scope: _tuple(getattr(one, scope)) for scope in SCOPES},
        happenings=tuple(one.happenings),
        breaks_through=tuple(one.breaks_through),
        per_hour=str(one.per_hour or ""),
        quiet=week.shown(one.quiet),
    )


def read(sent: Typed, options: Options, has_place: bool) -> dict[str, Any]:
    """The person's columns as the store takes them. Raises `Mistakes`."""
    mistakes = _mistakes(sent, options) | week.mistakes(sent.quiet, has_place)
    if mistakes:
        raise Mistakes(mistakes)
    return {
        **{one.name: _kept(getattr(sent, one.name)) for one in fields(sent)},
        "user_id": sent.user_id or None,
        "per_hour": int(sent.per_hour) if sent.per_hour else None,
        "quiet": week.read(sent.quiet),
    }


def _kept(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _some(form: MultiDict[str, str], scope: str) -> Some:
    return _chosen(form, scope) if form.get(f"{scope}_of") == "chosen" else None


def _chosen(form: MultiDict[str, str], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form.getlist(field)[:CHOSEN_MAX]))


def _tuple(some: list[str] | None) -> Some:
    return None if some is None else tuple(some)


def _mistakes(sent: Typed, options: Options) -> dict[str, str]:
    found = _of_scopes(sent, options)
    if not sent.name:
        found["name"] = "A person needs a name, such as Anna."
    if len(sent.name) > NAME_LENGTH:
        found["name"] = f"At most {NAME_LENGTH} characters, please."
    if sent.user_id and sent.user_id not in options.users:
        found["user_id"] = "That account is no more: please choose another one."
    if len(sent.quiet) > week.ROWS_MAX:
        found["rows"] = f"At most {week.ROWS_MAX} windows of quiet hours, please."
    if not _is_limit(sent.per_hour):
        found["per_hour"] = f"A whole number from 1 to {PER_HOUR_MAX}, or nothing for no limit."
    if not set(sent.happenings) <= set(CHOICES) or not set(sent.breaks_through) <= set(options.breaks_through()):
        found["happenings"] = "One of the choices is no more: please choose again."
    return found


def _of_scopes(sent: Typed, options: Options) -> dict[str, str]:
    found = {}
    for scope, word in SCOPES.items():
        some: Iterable[str] | None = getattr(sent, scope)
        if some is not None and not some:
            found[scope] = f"Choose at least one {word}, or all."
        elif some is not None and not set(some) <= set(getattr(options, scope)):
            found[scope] = f"One of these {word}s is no more: please choose again."
    return found


def _is_limit(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= PER_HOUR_MAX)
