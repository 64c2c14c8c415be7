"""What is kept for so long and then deleted, some rows at a time. What waits, or is hung on, stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, exists, func, select
from sqlalchemy.dialects.mysql import insert

from services.core.settings import Settings
from services.store import garbage
from services.store.account_tables import audit
from services.store.alert_tables import cooldown, decision, delivery
from services.store.device_tables import reading
from services.store.ftp_tables import upload
from services.store.person_tables import telling
from services.store.recording_tables import pull
from services.store.rule_tables import command, ruling
from services.store.tables import event, expiry

AT_ONCE = 1000
"""So many rows, and what hangs on them, are gone within a second or two."""
TOO_OLD = "it was older than it is to be kept"


@dataclass(frozen=True)
class Kind:
    """Rows that grow old by a column, and which of them may go; `path`: where the file is that goes with each."""

    at: Column[Any]
    is_free: ColumnElement[bool] | None = None
    path: Column[Any] | None = None


@dataclass(frozen=True)
class Expired:
    """What has gone of a kind so far; times are aware UTC."""

    kind: str
    before_at: datetime
    gone: int
    deleted_at: datetime


def _none(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~exists().select_from(table).where(*conditions)


def _led_to(source: str | ColumnElement[Any], trigger_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(command.c.source == source, command.c.trigger_id == trigger_id)


_newer = reading.alias("newer")
KINDS: Mapping[str, Kind] = {
    "commands": Kind(command.c.made_at, and_(command.c.state != "due", command.c.off_at.is_(None))),
    "pulls": Kind(pull.c.asked_at, pull.c.state == "ended"),
    "rulings": Kind(ruling.c.decided_at, _none(command, _led_to(ruling.c.source, ruling.c.trigger_id))),
    "alerts": Kind(
        decision.c.decided_at,
        and_(
            decision.c.outcome != "telling",
            _none(delivery, delivery.c.decision_id == decision.c.id, delivery.c.state.in_(("pending", "sending"))),
            _none(telling, telling.c.decision_id == decision.c.id, telling.c.outcome.in_(("telling", "later"))),
            _none(telling, telling.c.summary_id == decision.c.id),
            _none(cooldown, cooldown.c.decision_id == decision.c.id),
        ),
    ),
    "events": Kind(
        event.c.happened_at,
        and_(
            event.c.undecided_since.is_(None),
            event.c.unjudged_since.is_(None),
            _none(decision, decision.c.event_id == event.c.id),
            _none(ruling, ruling.c.source == "event", ruling.c.trigger_id == event.c.id),
            _none(command, _led_to("event", event.c.id)),
        ),
    ),
    "readings": Kind(
        reading.c.at,
        exists().select_from(_newer).where(_newer.c.device_id == reading.c.device_id, _newer.c.at > reading.c.at),
    ),
    "uploads": Kind(upload.c.received_at, path=upload.c.path),
    "audit": Kind(audit.c.at),
}
"""In the order in which they go: first what hangs on others. With an alert go its tellings, deliveries and attempts;
the last reading of a meter stays.
"""


def ages(settings: Settings) -> dict[str, timedelta]:
    """How long each kind is kept; without those that are kept for ever."""
    days = {kind: int(getattr(settings, f"keep_{kind}_days")) for kind in KINDS}
    return {kind: timedelta(days=count) for kind, count in days.items() if count}


def delete_some(connection: Connection, kind: str, age: timedelta, now: datetime, limit: int = AT_ONCE) -> int:
    """Deletes at most so many rows that are older, and writes down that they have gone; how many they were."""
    one, before = KINDS[kind], now - age
    some = delete(one.at.table).where(one.at < before).with_dialect_options(mysql_limit=limit)
    if one.is_free is not None:
        some = some.where(one.is_free)
    if one.path is not None:
        some = some.where(one.path.in_(_let_go(connection, one.path, one.at < before, now, limit)))
    gone = connection.execute(some).rowcount
    if gone:
        _note(connection, Expired(kind, before, gone, now))
    return gone


def _let_go(
    connection: Connection, path: Column[Any], is_old: ColumnElement[bool], now: datetime, limit: int
) -> list[str]:
    """The files of some rows that go in this transaction are garbage from then on."""
    paths = list(connection.scalars(select(path).where(is_old).limit(limit).with_for_update()))
    for one in paths:
        garbage.add(connection, one, TOO_OLD, now)
    return paths


def _note(connection: Connection, found: Expired) -> None:
    row = insert(expiry).values(**vars(found))
    later = func.greatest(expiry.c.before_at, row.inserted.before_at)
    total = {"gone": expiry.c.gone + row.inserted.gone, "deleted_at": row.inserted.deleted_at}
    connection.execute(row.on_duplicate_key_update(before_at=later, **total))


def expired(connection: Connection) -> dict[str, Expired]:
    """What has gone so far, by its kind."""
    return {row.kind: Expired(**row._mapping) for row in connection.execute(select(expiry))}
