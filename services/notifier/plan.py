"""What a decision to tell means for each person, and with that for the decision. Pure: facts in, plans out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from services.core.alert_messages import PersonVerdict, Span
from services.notifier.words import clock_time, listed
from services.store.channel import Channel
from services.store.person import Person

HOUR = timedelta(hours=1)
DIGEST = timedelta(minutes=5)
"""So long after it begins to chatter an input's alerts are told together."""
NO_CHANNEL = "no channel is set up yet, so nobody could be told"
NOT_ASKED = "the flow did not ask who wants to know, so everybody is told"


@dataclass(frozen=True)
class Candidate:
    """A person as they are now; None: they were removed since the flow asked.

    `ways` are the channels that are switched on, in order; `told` when they were told within the last hour, oldest
    first; `summary_at` when their next summary is due, where one is.
    """

    verdict: PersonVerdict
    person: Person | None
    ways: Sequence[Channel] = ()
    told: Sequence[datetime] = ()
    summary_at: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """What becomes of one person; `due_at` only of `later`, `through` only of `telling`."""

    person_id: str | None
    name: str
    outcome: Literal["telling", "later", "not_told", "no_channel"]
    reasons: tuple[str, ...]
    due_at: datetime | None = None
    through: Channel | None = None


def plan(one: Candidate, now: datetime, limited: bool = True, chatter: str | None = None) -> Plan:
    """Told now, later or not; `limited`: no more than they want in an hour. `chatter`: its input makes too many."""
    verdict, name = one.verdict, one.person.name if one.person else one.verdict.name
    if one.person is None:
        return Plan(None, name, "not_told", (f"{name} was removed before they could be told",))
    if not verdict.tell or not one.person.enabled:
        why = verdict.reasons if not verdict.tell else [f"{name} was switched off before they could be told"]
        return Plan(one.person.id, name, "not_told", tuple(why))
    if not one.ways:
        return Plan(one.person.id, name, "no_channel", (f"{name} has no channel that is switched on", *verdict.reasons))
    if verdict.later is not None and verdict.later > now:
        return Plan(one.person.id, name, "later", tuple(verdict.reasons), verdict.later)
    summary = _summary(one, now, chatter) if limited else None
    if summary is not None:
        due_at, because = summary
        awake = after_quiet(due_at, verdict.quiet)
        when = " after the quiet hours" if awake > due_at else ""
        why = [*verdict.reasons, f"{because}: this one goes into a summary{when}"]
        return Plan(one.person.id, name, "later", tuple(why), awake)
    return Plan(one.person.id, name, "telling", tuple(verdict.reasons), through=one.ways[0])


def too_many(one: Candidate, now: datetime) -> datetime | None:
    """When the summary is due that holds what is too much in an hour; None when it is not too much."""
    most = one.person.per_hour if one.person else None
    if most is None or len(one.told) < most:
        return None
    return _at_latest(one, one.told[-most] + HOUR, now)


def _summary(one: Candidate, now: datetime, chatter: str | None) -> tuple[datetime, str] | None:
    """When a summary is due that holds what is too much, and why it is; None when it is not too much."""
    due_at = too_many(one, now)
    if due_at is not None:
        return due_at, f"{len(one.told)} alert{'s' if len(one.told) > 1 else ''} in the last hour"
    return None if chatter is None else (_at_latest(one, now + DIGEST, now), chatter)


def _at_latest(one: Candidate, due_at: datetime, now: datetime) -> datetime:
    """Then, or with a summary of theirs that comes before."""
    return min(one.summary_at, due_at) if one.summary_at and one.summary_at > now else due_at


def after_quiet(due_at: datetime, quiet: Sequence[Span]) -> datetime:
    """When a summary may come that is due then; `quiet` are stretches in which none may, in their order."""
    for one in quiet:
        if one.begins_at <= due_at < one.ends_at:
            due_at = one.ends_at
    return due_at


def not_asked(one: Person, now: datetime, zone: tzinfo | None) -> PersonVerdict:
    """The verdict on a person when the flow gave none."""
    if one.muted_until is not None and one.is_muted(now):
        muted = f"{one.name} is muted until {clock_time(one.muted_until, now, zone)}"
        return PersonVerdict(person_id=one.id, name=one.name, tell=False, later=None, quiet=[], reasons=[muted])
    return PersonVerdict(person_id=one.id, name=one.name, tell=True, later=None, quiet=[], reasons=[NOT_ASKED])


@dataclass(frozen=True)
class Outcome:
    """How a decision to tell ends for now, and why; see the column `decision.outcome`."""

    name: Literal["telling", "not_told", "no_channel"]
    reasons: tuple[str, ...]


def outcome(plans: Sequence[Plan], house: bool, reasons: tuple[str, ...]) -> Outcome:
    """Of the decision as a whole; `house`: the settings' addresses are told besides."""
    by = {one.outcome: [other.name for other in plans if other.outcome == one.outcome] for one in plans}
    if house or "telling" in by:
        return Outcome("telling", reasons)
    if "later" in by:
        return Outcome("not_told", (f"it waits for the summary of {listed(by['later'])}", *reasons))
    if "no_channel" in by or not plans:
        return Outcome("no_channel", (NO_CHANNEL, *reasons))
    return Outcome("not_told", tuple(dict.fromkeys(reason for one in plans for reason in one.reasons)))
