"""Events: what happened, other than pictures. Written once however often the record comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.clock import Clock
from services.core.happenings import HAPPENINGS
from services.core.messages import EventNew
from services.store.tables import event

PANIC = "panic"


@dataclass(frozen=True)
class Event:
    """One row of `event`; times are aware UTC, `value` is in `unit`."""

    id: str
    kind: str
    camera_id: str | None
    node_id: str | None
    detail: str
    happened_at: datetime
    received_at: datetime
    stored_at: datetime
    region: str | None = None
    value: float | None = None
    unit: str | None = None
    sensor: str | None = None
    text: str | None = None
    device_id: str | None = None
    undecided_since: datetime | None = None
    people: list[str] | None = None
    unjudged_since: datetime | None = None
    of_group: str | None = None
    sighting_id: str | None = None
    plate_id: str | None = None
    standing: str | None = None

    def bell(self, clock: Clock, src: str) -> EventNew:
        """The message that rings for this row."""
        return EventNew.make(
            clock,
            src,
            event_id=self.id,
            kind=self.kind,
            camera_id=self.camera_id,
            node_id=self.node_id,
            device_id=self.device_id,
            detail=self.detail,
            value=self.value,
            unit=self.unit,
            people=self.people,
            of_group=self.of_group,
            sighting_id=self.sighting_id,
            plate_id=self.plate_id,
            standing=self.standing,
            happened_at=self.happened_at,
        )


def add(connection: Connection, events: Sequence[Event]) -> None:
    """Writes rows; an id that is there already is left as it is. What people are told of waits for its verdict."""
    if not events:
        return
    statement = insert(event).on_duplicate_key_update(id=event.c.id)
    rows = [vars(one) | {"unjudged_since": one.stored_at if one.kind in HAPPENINGS else None} for one in events]
    connection.execute(statement, rows)


def find_all(connection: Connection, event_ids: Sequence[str]) -> dict[str, Event]:
    """Those of the ids that there are, by their ids."""
    rows = connection.execute(select(event).where(event.c.id.in_(event_ids)))
    return {row.id: Event(**row._mapping) for row in rows}


def undecided(connection: Connection, before: datetime, limit: int) -> list[Event]:
    """Triggers since before then that have no ruling: the newest, then the oldest, at most `limit` of each."""
    waiting = select(event).where(event.c.undecided_since < before)
    newest = waiting.order_by(event.c.undecided_since.desc(), event.c.id.desc()).limit(limit)
    oldest = waiting.order_by(event.c.undecided_since, event.c.id).limit(limit)
    return [Event(**row._mapping) for query in (newest, oldest) for row in connection.execute(query)]


def panics(connection: Connection, now: datetime) -> list[Event]:
    """Panic of the last minute on which no rule has been asked yet."""
    recent = (event.c.undecided_since > now - timedelta(minutes=1)) & (event.c.kind == PANIC)
    return [Event(**row._mapping) for row in connection.execute(select(event).where(recent).order_by(event.c.id))]


def find(connection: Connection, event_id: str) -> Event | None:
    """One event, or None."""
    row = connection.execute(select(event).where(event.c.id == event_id)).one_or_none()
    return Event(**row._mapping) if row else None


def newest(connection: Connection, kinds: Sequence[str]) -> Event | None:
    """The last that happened of these kinds; None: nothing has."""
    query = select(event).where(event.c.kind.in_(kinds)).order_by(event.c.happened_at.desc(), event.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return Event(**row._mapping) if row else None


def judged(connection: Connection, event_id: str) -> None:
    """It is settled whom to tell of it."""
    connection.execute(update(event).where(event.c.id == event_id).values(unjudged_since=None))


def waiting_for_verdict(connection: Connection, before: datetime, limit: int) -> list[Event]:
    """Events that have waited since before then for somebody to say whom to tell; the oldest first."""
    late = select(event).where(event.c.unjudged_since < before).order_by(event.c.unjudged_since, event.c.id)
    return [Event(**row._mapping) for row in connection.execute(late.limit(limit))]
