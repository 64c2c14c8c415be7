"""A change in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.store.audit import Noted

VALUE_MAX = 160
KINDS = {
    "access": "Address",
    "camera": "Camera",
    "channel": "Channel",
    "detection": "Picture",
    "device": "Device",
    "device_group": "Group",
    "ftp_user": "FTP user",
    "invite": "One-time link",
    "link": "Rule",
    "meter": "Meter",
    "mode": "Mode",
    "output": "Output",
    "panic": "Panic",
    "person": "Person",
    "plate": "Plate",
    "recording": "Recording",
    "schedule": "Schedule",
    "settings": "Settings",
    "share": "Shared link",
    "token": "Token",
    "upload": "Other file",
    "user": "Account",
    "zone": "Zone",
}
_DONE = {
    "camera.pull": "had a picture pulled",
    "detection.correct": "corrected",
    "detection.undo": "correction taken back",
    "device.forget": "forgotten",
    "ftp_user.password": "has a new password",
    "meter.reset": "set",
    "mode.set": "set",
    "output.switch": "ordered",
    "person.mute": "muted or told again",
    "recording.cut": "asked for a clip",
    "recording.keep": "kept for ever, or no longer",
    "recording.restore": "deletion taken back",
    "settings.import": "brought in from a file",
    "share.end": "ended",
    "token.revoke": "revoked",
    "upload.restore": "deletion taken back",
    "user.end_sessions": "signed out everywhere",
    "user.password": "has a new password",
}
_UNTOLD = frozenset({"command_id"})
"""What only programs need."""


@dataclass(frozen=True)
class Field:
    """One field of what was changed; None where there was, or is, none."""

    name: str
    before: str | None
    after: str | None


def kind(key: str) -> str:
    """`device_group` → `Group`."""
    return KINDS.get(key, key.replace("_", " ").capitalize())


def done(one: Noted) -> str:
    """What was done: `new`, `changed`, `removed`, or a word of its own."""
    if one.action in _DONE:
        return _DONE[one.action]
    if one.before is None:
        return "new"
    return "removed" if one.after is None else "changed"


def called(one: Noted, names: Mapping[str, str]) -> str:
    """What was changed, by its name of today, else by what it was called then, else by its id."""
    then = next((said["name"] for said in (one.after, one.before) if said and isinstance(said.get("name"), str)), None)
    return names.get(one.noun_id) or then or one.noun_id


def fields(one: Noted) -> list[Field]:
    """From what to what, in the order in which it was written; of something new, all that it has."""
    before, after = one.before or {}, one.after or {}
    both = [(name, before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after))]
    return [
        Field(
            name.removesuffix("_id").replace("_", " "),
            said(was) if name in before else None,
            said(now) if name in after else None,
        )
        for name, was, now in both
        if was != now and name not in _UNTOLD
    ]


def said(value: Any) -> str:
    """A value in words, cut where it is long."""
    text = _said(value)
    return text if len(text) <= VALUE_MAX else f"{text[: VALUE_MAX - 1]}…"


def _said(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, dict):
        there = {name.replace("_", " "): each for name, each in value.items() if each is not None}
        return ", ".join(f"{name} {_said(each)}" for name, each in there.items())
    return str(value)
