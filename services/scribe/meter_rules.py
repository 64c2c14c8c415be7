"""What a meter's reading means: pure rules."""

from datetime import datetime, timedelta

from services.core.device_messages import DETAIL_MAX, DeviceReading, DeviceTrigger
from services.scribe.device_rules import TIMELY
from services.store.device import Device
from services.store.meter import Meter, Reading

OLDEST = timedelta(days=31)
"""A meter may keep what it read while it was cut off; what is older was read by a clock that is wrong."""


def refusal(reading: Reading, now: datetime) -> str | None:
    """Why a reading is not kept; None when it is."""
    if reading.at > now + TIMELY:
        return "reading from the future"
    return "reading too old" if now - reading.at > OLDEST else None


def reading_of(message: DeviceReading) -> Reading:
    """The row of a message."""
    at = message.happened_at or message.at
    return Reading(message.id, message.device_id, at, message.counted, message.last_minute)


def is_news(reading: Reading, before: Reading | None, now: datetime) -> bool:
    """Whether a reading says how it stands now: read just now, and later than any other.

    What was read in the future was read before the clock was put back.
    """
    is_newest = before is None or before.at > now + TIMELY or reading.at > before.at
    return is_newest and now - reading.at <= TIMELY


def beyond(meter: Meter, value: float) -> str | None:
    """`12.5 kW is over 10 kW`; None within its limits."""
    for limit, is_over, word in ((meter.high, True, "over"), (meter.low, False, "under")):
        if limit is not None and value != limit and (value > limit) is is_over:
            return f"{meter.in_words(value)} is {word} {limit:g} {meter.unit or ''}".strip()
    return None


def within(meter: Meter, value: float) -> str:
    """What is said when it comes back within its limits."""
    return f"{meter.in_words(value)} is within its limits"


def turn(before: Device, meter: Meter, reading: Reading) -> DeviceTrigger | None:
    """That a meter goes beyond its limits or comes back, as the trigger that it is; None while it stays as it is."""
    value = meter.value(reading)
    if value is None:
        return None
    over = beyond(meter, value)
    if (over is not None) is bool(before.active):
        return None
    return DeviceTrigger(
        id=reading.id,
        at=reading.at,
        src=reading.device_id,
        device_id=reading.device_id,
        active=over is not None,
        detail=(over or within(meter, value))[:DETAIL_MAX],
        value=value,
        happened_at=None,
    )


def answers(meter: Meter, reading: Reading) -> bool:
    """Whether a reading shows the register that was asked for: it is nearer to that than to the one before."""
    if not meter.is_awaiting or meter.reset_to is None or reading.register is None:
        return False
    if meter.reset_asked_at is None or reading.at < meter.reset_asked_at - TIMELY:
        return False
    if meter.reset_from is None:
        return True
    return abs(reading.register - meter.reset_to) <= abs(reading.register - meter.reset_from)
