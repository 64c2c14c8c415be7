"""What waits, and how fast the disk fills: the figures of the health page, none of which reads a whole table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from services.store.tables import event, image

ENOUGH = 10_000
SAMPLE = 500


@dataclass(frozen=True)
class Waiting:
    """How many wait (never more than `ENOUGH` are counted), and since when the oldest does, aware UTC."""

    count: int
    since: datetime | None


def for_plan(connection: Connection, before: datetime) -> Waiting:
    """Received before then, and Node-RED has not said what is to be done with them."""
    return _waiting(connection, "new", image.c.received_at < before)


def for_detector(connection: Connection, before: datetime) -> Waiting:
    """Wanted to be looked at since before then, and no detector has."""
    return _waiting(connection, "pending", image.c.decided_at < before)


def for_verdict(connection: Connection, before: datetime) -> Waiting:
    """Looked at before then, and Node-RED has not said whether somebody is to be told."""
    unjudged = image.c.judged_at.is_(None) & (image.c.detected_at < before)
    some = select(image.c.detected_at).where(image.c.state == "detected", unjudged).limit(ENOUGH).subquery()
    count, since = connection.execute(select(func.count(), func.min(some.c.detected_at))).one()
    return Waiting(count, since)


def for_happening(connection: Connection, before: datetime) -> Waiting:
    """Stored before then, and Node-RED has not said whom to tell of it."""
    some = select(event.c.unjudged_since).where(event.c.unjudged_since < before).limit(ENOUGH).subquery()
    count, since = connection.execute(select(func.count(), func.min(some.c.unjudged_since))).one()
    return Waiting(count, since)


def _waiting(connection: Connection, state: str, condition: ColumnElement[bool]) -> Waiting:
    some = select(image.c.id).where(image.c.state == state, condition).limit(ENOUGH).subquery()
    count = int(connection.scalar(select(func.count()).select_from(some)) or 0)
    oldest = (
        select(func.min(image.c.captured_at).label("at"))
        .where(image.c.state == state)
        .group_by(image.c.camera_id)
        .subquery()
    )
    return Waiting(count, connection.scalar(select(func.min(oldest.c.at))) if count else None)


def failed_since(connection: Connection, since: datetime) -> int:
    """Pictures captured since then that no detector could look at."""
    some = select(image.c.id).where(image.c.state == "failed", image.c.captured_at >= since).limit(ENOUGH).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def bytes_per_day(connection: Connection, now: datetime) -> float:
    """What pictures take of the disk a day, by the last 24 hours: their number times the newest ones' mean size.

    Where the first picture is younger than a day, its hours stand for the rest; the first hour stands for itself.
    """
    newest: Any = select(image.c.bytes).order_by(image.c.captured_at.desc(), image.c.id.desc()).limit(SAMPLE).subquery()
    mean = connection.scalar(select(func.avg(newest.c.bytes)))
    day = select(func.count()).select_from(image).where(image.c.captured_at > now - timedelta(days=1))
    first = connection.scalar(select(func.min(image.c.captured_at)))
    hours = max((now - first) / timedelta(hours=1), 1) if first else 24
    return float(mean or 0) * float(connection.scalar(day) or 0) * max(24 / hours, 1)
