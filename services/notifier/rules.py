"""Whether somebody is told of a picture or an event that Node-RED has judged. Pure: facts in, verdict and reasons out.

Node-RED says who and what; here is what must be held: an alert under way, the pause after one, and the time
that has passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from services.core.happenings import FLAPPING, HAPPENINGS
from services.notifier.words import an, clock_time, lasting, since

NO_LABEL = "the rule wants to tell but names no label: look at the Alerts tab in Node-RED"


@dataclass(frozen=True)
class Policy:
    """The owner's settings: how long to pause after an alert, how old a picture may be, where clocks stand.

    `chatter`: so many alerts of one input in a minute are told one by one; 0 is no limit.
    """

    cooldown: timedelta
    max_age: timedelta
    zone: tzinfo | None = None
    chatter: int = 0


EVENT_AGE = timedelta(minutes=10)
FLAPPING_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True)
class Hold:
    """What is known of one label: since when an alert of it is under way, when one was last accepted."""

    under_way_since: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """All that a verdict depends on. `labels` are those to tell of; one that is not in `holds` is free.

    `event`: it is about an event, not a picture; `lasts`: what that says is still so, however old it is. `waited`: so
    long it was held on purpose, which makes it no older.
    """

    tell: bool
    reasons: tuple[str, ...]
    labels: tuple[str, ...]
    place: str | None
    at: datetime
    now: datetime
    holds: Mapping[str, Hold]
    event: bool = False
    lasts: bool = False
    waited: timedelta = timedelta(0)


@dataclass(frozen=True)
class Verdict:
    """Whether to tell, the reasons (never empty), and the labels that are told of."""

    tell: bool
    reasons: tuple[str, ...]
    labels: tuple[str, ...] = ()


def held_labels(rule: str, camera_id: str | None, labels: tuple[str, ...]) -> tuple[str, ...]:
    """What one alert at a time is for: a picture's labels, or the kind of an event that may come every minute."""
    if rule in HAPPENINGS:
        return (rule,) if rule in FLAPPING and camera_id else ()
    return labels


def refuse_early(facts: Facts, policy: Policy) -> Verdict | None:
    """Why nobody is told, where that does not depend on other alerts; else None."""
    age = since(facts.at, facts.now) - facts.waited
    if not facts.tell:
        return Verdict(False, facts.reasons)
    if facts.event:
        return Verdict(False, (_event_too_old(age),)) if age > EVENT_AGE and not facts.lasts else None
    if age > policy.max_age:
        return Verdict(False, (_too_old(age, policy.max_age),))
    return None if facts.labels else Verdict(False, (NO_LABEL,))


def decide(facts: Facts, policy: Policy) -> Verdict:
    """Whether somebody is told, of which labels, and why or why not."""
    early = refuse_early(facts, policy)
    if early:
        return early
    silenced = {label: why for label in facts.labels if (why := _silenced(label, facts, policy))}
    free = tuple(label for label in facts.labels if label not in silenced)
    if facts.labels and not free:
        return Verdict(False, tuple(silenced.values()))
    return Verdict(True, (*facts.reasons, *silenced.values()), free)


def waits(facts: Facts, verdict: Verdict) -> bool:
    """Whether it is decided later: what is still so is told after the pause of an alert like it, if it is so then."""
    is_held = facts.tell and not verdict.tell and bool(facts.labels)
    return is_held and facts.event and facts.lasts


def _silenced(label: str, facts: Facts, policy: Policy) -> str | None:
    hold = facts.holds.get(label, Hold())
    what = f"{an(HAPPENINGS.get(label, label))} at {facts.place}"
    pause = max(policy.cooldown, FLAPPING_PAUSE) if label in FLAPPING else policy.cooldown
    if hold.under_way_since is not None:
        start = clock_time(hold.under_way_since, facts.now, policy.zone)
        return f"an alert of {what} has been on its way since {start}; it has not been accepted yet"
    # A clock that was put back must not silence a label until it has caught up.
    if hold.told_at is None or abs(facts.now - hold.told_at) >= pause:
        return None
    told = clock_time(hold.told_at, facts.now, policy.zone)
    again = clock_time(hold.told_at + pause, facts.now, policy.zone)
    ago = lasting(since(hold.told_at, facts.now).total_seconds())
    return f"you were told of {what} at {told}, {ago} ago; the next alert of it can come from {again} on"


def _too_old(age: timedelta, limit: timedelta) -> str:
    return (
        f"the picture is {age.total_seconds():.0f} s old; "
        f"alerts are for pictures of the last {limit.total_seconds():g} s"
    )


def _event_too_old(age: timedelta) -> str:
    ago, limit = lasting(age.total_seconds()), lasting(EVENT_AGE.total_seconds())
    return f"it happened {ago} ago; people are told of what happened in the last {limit}"
