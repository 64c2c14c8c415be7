"""What holds a trigger, a link or an order back: pure rules. A reason says it in a sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.core.clock import from_rfc3339, to_rfc3339
from services.scribe.device_rules import TIMELY
from services.store.command import IN_TIME, Command
from services.store.device import Device
from services.store.hold import Hold

LATCH_S = 60
ECHO = timedelta(seconds=10)
"""So soon after it was switched by a link, a device that triggers may only say that it was."""
DETAIL_MAX = 200


@dataclass(frozen=True)
class Triggered:
    """What a device said and when, aware UTC. `escalation`: that it has been active for too long."""

    moment: Literal["trigger", "escalation"]
    at: datetime
    detail: str | None


@dataclass(frozen=True)
class Judged:
    """Why a trigger is held, None when it is accepted; and what holds the device from now on."""

    because: str | None
    hold: Hold


@dataclass(frozen=True)
class Awaited:
    """Of a link that wants all its inputs: those that have triggered in time, and the places of the others."""

    noted: dict[int, datetime]
    missing: list[int]


def judge(device: Device, held: Hold, switched: Command | None, said: Triggered) -> Judged:
    """Whether a trigger is accepted. `switched` is the newest command to the device that a link led to."""
    if said.moment == "escalation":
        return Judged(None, held)
    if (because := _echo(switched, said)) is not None:
        return Judged(because, held)
    detail = said.detail and said.detail[:DETAIL_MAX]
    if (because := _latch(device, held, said.at, detail)) is not None:
        return Judged(because, held)
    counted = _counted(device, held, said.at)
    if device.rate_count is not None and len(counted) < device.rate_count:
        because = f"held: {len(counted)} of {device.rate_count} triggers within {device.rate_s} s"
        return Judged(because, replace(held, counted=counted))
    return Judged(None, replace(held, accepted_at=said.at, accepted_detail=detail, counted=[]))


def quieted(device: Device, held: Hold, at: datetime) -> Hold:
    """What holds a device that became quiet at `at`. A newer activity keeps what it has brought."""
    latched = held.accepted_at is not None and held.accepted_at > at
    if not latched:
        held = replace(held, accepted_at=None, accepted_detail=None)
    return replace(held, escalated_at=None) if is_over(device, held) else held


def is_over(device: Device, held: Hold) -> bool:
    """Whether the activity that escalated has ended."""
    if held.escalated_at is None:
        return False
    return not device.active or device.active_since is None or device.active_since > held.escalated_at


def escalates(device: Device, held: Hold, now: datetime) -> bool:
    """Whether a device has now been active for too long, and that was not raised of this activity."""
    if not (device.enabled and device.active and device.active_since) or device.stale_since:
        return False
    limit = device.escalate_after_s
    if limit is None or _is_raised(device, held, now):
        return False
    # Either way: a clock that was put back must not delay it by more than the limit.
    return abs(now - device.active_since) >= timedelta(seconds=limit)


def await_all(
    noted: Mapping[int, datetime], places: Iterable[int], at: datetime, inputs: int, within_s: int
) -> Awaited:
    """What a link with so many `inputs` still waits for, after those at `places` have triggered."""
    within = timedelta(seconds=within_s)
    known = {**noted, **dict.fromkeys(places, at)}
    timely = {place: when for place, when in known.items() if place < inputs and abs(at - when) <= within}
    return Awaited(timely, [place for place in range(inputs) if place not in timely])


def pause(output: Device, before: Command | None, now: datetime) -> str | None:
    """Why a link does not switch an output so soon; `before` is the newest command by a link, offs aside."""
    if output.interval_s is None or before is None:
        return None
    apart = abs(now - before.made_at)
    if apart >= timedelta(seconds=output.interval_s):
        return None
    return f"held: {output.shown_name} was switched {seconds(apart)} ago (pause {output.interval_s} s)"


def not_switched(speaker: Device) -> str:
    """Why a speaker is switched neither on nor off."""
    return f"{speaker.shown_name} is a speaker: it says a text, there is nothing to switch"


def reach(output: Device, now: datetime) -> tuple[datetime, datetime]:
    """From when until when an order was made that may hold something back now: by the output's pause, or as an echo."""
    longest = max(IN_TIME + ECHO, timedelta(seconds=output.interval_s or 0))
    return now - longest, now + TIMELY


def on_for(output: Device, wanted: float | None) -> tuple[float | None, str]:
    """For how many seconds an output is on, and how that is said."""
    allowed = output.on_for(wanted)
    if allowed is None:
        return None, ""
    return allowed, f" for {allowed:g} s" if allowed == wanted else f" for at most {allowed:g} s"


def seconds(apart: timedelta) -> str:
    """`12 s`."""
    return f"{abs(apart).total_seconds():.0f} s"


def _is_raised(device: Device, held: Hold, now: datetime) -> bool:
    """Whether this activity has escalated. Of one from before the clock was put back, the times do not tell."""
    if held.escalated_at is None:
        return False
    is_ahead = device.active_since is not None and device.active_since > now
    return is_ahead or not is_over(device, held)


def _echo(switched: Command | None, said: Triggered) -> str | None:
    if switched is None:
        return None
    apart = said.at - (switched.sent_at or switched.made_at)
    if abs(apart) > ECHO:
        return None
    return f"held: it was switched by {switched.ordered_by} {seconds(apart)} ago, so this may be its own echo"


def _latch(device: Device, held: Hold, at: datetime, detail: str | None) -> str | None:
    latch_s = LATCH_S if device.latch_s is None else device.latch_s
    if held.accepted_at is None or held.accepted_detail != detail:
        return None
    # Either way: a clock that was put back must not latch for ever.
    apart = abs(at - held.accepted_at)
    return (
        f"held: it triggered {seconds(apart)} ago (latch {latch_s} s)" if apart < timedelta(seconds=latch_s) else None
    )


def _counted(device: Device, held: Hold, at: datetime) -> list[str]:
    """The times that count towards `rate_count`, this one included."""
    within = timedelta(seconds=device.rate_s or 0)
    return [*(one for one in held.counted if abs(at - from_rfc3339(one)) <= within), to_rfc3339(at)]
