"""What a person is told of, and when, in sentences; and how their channels stand. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flaskapp import week
from flaskapp.words import listed
from services.core.happenings import HAPPENINGS, PANIC
from services.store.alert_log import Last
from services.store.channel import Channel
from services.store.person import Person

PLATE_DENY = "plate_deny"
OTHER = {PLATE_DENY: "denied plate"}
CHOICES = {kind: words[0].upper() + words[1:] for kind, words in HAPPENINGS.items() if kind != PANIC}
"""The happenings that people choose from; a panic reaches everybody."""


def name_of(what: str) -> str:
    """A label, kind of event or `plate_deny` in words."""
    return HAPPENINGS.get(what) or OTHER.get(what) or what


def told_of(one: Person, cameras: Mapping[str, str], modes: Mapping[str, str]) -> str:
    """`Told of person and dog at Front Door, while the house is set to Away.`"""
    if not one.enabled:
        return "Switched off: is told nothing."
    what = "all that cameras alert on" if one.labels is None else listed(one.labels)
    places = "" if one.cameras is None else f" at {listed(_named(one.cameras, cameras))}"
    zones = "" if one.zones is None else f", in {listed(one.zones, 'or')}"
    when = "" if one.modes is None else f", while the house is set to {listed(_named(one.modes, modes), 'or')}"
    return f"Told of {what}{places}{zones}{when}."


def happenings(one: Person) -> str:
    """`Also of: silent camera, panic.` A kind that there is no more is passed over."""
    chosen = [HAPPENINGS[kind] for kind in one.happenings if kind in CHOICES]
    return f"Also of: {', '.join(chosen)}, panic." if chosen else "Of happenings only a panic."


def quiet_hours(one: Person) -> str | None:
    """`Quiet hours Mon–Fri 22:00–07:00; person breaks through.` None without any."""
    if not one.quiet:
        return None
    through = [name_of(what) for what in one.breaks_through if what != PANIC]
    breaking = f"; {listed(through)} {'break' if len(through) > 1 else 'breaks'} through" if through else ""
    return f"Quiet hours {', '.join(week.in_words(one) for one in one.quiet)}{breaking}."


def _named(ids: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(one, one) for one in ids]


@dataclass(frozen=True)
class Standing:
    """How a channel stands: `state` is off, trying, new, works or look; `at` and `error` are of its newest try."""

    channel: Channel
    state: str
    at: datetime | None = None
    error: str | None = None


def standing(one: Channel, last: Last | None, trying: bool) -> Standing:
    """From the newest alert or test that went through it."""
    if trying:
        return Standing(one, "trying")
    tested = Last(one.tried_at, one.tried_error) if one.tried_at else None
    tries = [each for each in (last, tested) if each is not None]
    newest = max(tries, key=lambda each: each.at, default=None)
    if not one.enabled:
        return Standing(one, "off")
    if newest is None:
        return Standing(one, "new")
    return Standing(one, "look" if newest.error else "works", newest.at, newest.error)
