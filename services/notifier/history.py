"""The lines of an alert about what triggered just before it."""

from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection

from services.core.happenings import EXPLAINED
from services.notifier.words import clock_time
from services.store import trigger_log
from services.store.matter import Matter
from services.store.trigger_log import Triggered

SPAN = timedelta(minutes=5)
MOST = 10


def before(connection: Connection, rule: str, about: Matter, zone: tzinfo | None) -> list[str]:
    """What triggered in the five minutes before: of an event that wants explaining, or where a device did."""
    if about.event_id is not None and rule not in EXPLAINED:
        return []
    found = trigger_log.recent(connection, about.at - SPAN, about.at, MOST)
    explained = about.event_id is not None or any(one.is_device for one in found)
    return [line(one, about.at, zone) for one in found] if explained else []


def line(one: Triggered, now: datetime, zone: tzinfo | None) -> str:
    """`12:01:02 Back door: open`, `12:01:20 person at Front Door`."""
    at = clock_time(one.at, now, zone)
    return f"{at} {one.what}: {one.detail}" if one.is_device else f"{at} {one.what} at {one.detail}"
