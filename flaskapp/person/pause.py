"""For how long somebody can be muted, and how that is written down."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from flaskapp.zone import Zone
from services.store import audit, person
from services.store.audit import Change
from services.store.person import Person

ACTION = "person.mute"
MORNING = time(7)
SPANS: Mapping[str, str] = {"1h": "For 1 hour", "8h": "For 8 hours", "morning": f"Until {MORNING:%H:%M}"}
_HOURS = {"1h": 1, "8h": 8}


def until(span: str, now: datetime, zone: Zone) -> datetime | None:
    """When they are told again, aware UTC; None: at once. Raises `KeyError` for a span that there is not."""
    if span == "off":
        return None
    if span == "morning":
        return _next(MORNING, now, zone)
    return now + timedelta(hours=_HOURS[span])


def _next(at: time, now: datetime, zone: Zone) -> datetime:
    today = zone.day_of(now)
    moments = [datetime.combine(today + timedelta(days=days), at, zone.tz) for days in (0, 1)]
    return next(moment.astimezone(UTC) for moment in moments if moment > now)


def write(connection: Connection, one: Person, wanted: datetime | None, now: datetime, user_id: str | None) -> None:
    """Mutes them until then, and writes who did; without an account it was the link in an alert."""
    person.mute(connection, one.id, wanted)
    before, after = ({"muted_until": _text(moment)} for moment in (one.muted_until, wanted))
    by = {} if user_id else {"by": "the link in an alert"}
    audit.write(connection, now, user_id, Change(ACTION, one.id, before, after | by))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
