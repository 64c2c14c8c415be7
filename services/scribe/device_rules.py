"""What a device's word means: pure rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from services.core.device_words import state_word
from services.core.messages import OfGroup
from services.store.device import Described, Device

TIMELY = timedelta(seconds=120)
"""How far a trigger's `at` may be from our clock, in either direction."""
Refusal = Literal["from the future"]


def is_timely(at: datetime, now: datetime) -> bool:
    """Whether a message was made just now."""
    return abs(now - at) <= TIMELY


def refusal(trigger: DeviceTrigger, now: datetime) -> Refusal | None:
    """Why a trigger is ignored for its time; None when it is not. An old one is written down, and not acted on."""
    return "from the future" if trigger.at - now > TIMELY else None


def is_overtaken(happened: datetime, before: Device, now: datetime) -> bool:
    """Whether a trigger comes after a later one, which says how the device is."""
    last = before.triggered_at
    return last is not None and happened < last <= now + TIMELY


def happened_at(trigger: DeviceTrigger) -> datetime:
    """When a trigger happened, by the device's own clock where it says so and that is about right."""
    own = trigger.happened_at
    return own if own is not None and is_timely(own, trigger.at) else trigger.at


def triggered(before: Device, trigger: DeviceTrigger, now: datetime) -> Device:
    """A device after a trigger; `active_since` stays where that says nothing new, and is never in the future."""
    at = happened_at(trigger)
    since = before.active_since if before.active is trigger.active else min(at, now)
    return replace(before, active=trigger.active, active_since=since, detail=trigger.detail, triggered_at=at)


def described(heartbeat: DeviceHeartbeat) -> Described:
    """What a device says of itself."""
    return Described(heartbeat.called, heartbeat.kind, heartbeat.location, heartbeat.is_input, heartbeat.is_output)


def event_kind(trigger: DeviceTrigger, before: Device) -> Literal["device_active", "device_quiet"] | None:
    """The event that a trigger makes: each active one does, a quiet one only when the device was active."""
    if trigger.active:
        return "device_active"
    return "device_quiet" if before.active else None


def of_group(trigger: DeviceTrigger, before: Device, others: Iterable[Device]) -> OfGroup | None:
    """Whether a trigger makes a device the first of its group that is active, or the last that is quiet.

    `others` are the rest of the group. What is switched off here does not count, nor does what can be switched: that it
    is on or off may be what a rule has just done.
    """
    if before.group_name is None or not _counts(before) or trigger.active is bool(before.active):
        return None
    if any(one.active and _counts(one) for one in others):
        return None
    return "first" if trigger.active else "last"


def _counts(one: Device) -> bool:
    return one.enabled and not one.is_output


def detail(trigger: DeviceTrigger, before: Device) -> str:
    """The event in words."""
    said = trigger.detail or state_word(before.kind, trigger.active)
    return said if before.enabled else f"{said} (the device is switched off here)"


def lasting(silence: timedelta) -> str:
    """`5 minutes`, `90 seconds`."""
    seconds = silence.total_seconds()
    if seconds >= 60 and seconds % 60 == 0:
        return "1 minute" if seconds == 60 else f"{seconds / 60:g} minutes"
    return f"{seconds:g} seconds"


def is_stale(one: Device, now: datetime, since: datetime) -> bool:
    """Whether a device has said nothing for too long. Time before `since`, when nobody listened, does not count.

    What was heard in the future was heard before the clock was put back.
    """
    last = max(since, one.last_seen_at) if one.last_seen_at <= now else since
    return one.stale_since is None and now - last > one.stale_after
