"""Rulings: what each trigger led to by the rules, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Table, insert, null, select, update

from services.core.clock import Clock
from services.core.rule_messages import TriggerRuling
from services.store import keyset
from services.store.keyset import Place
from services.store.rule_tables import ruling
from services.store.tables import event, sighting

Source = Literal["event", "sighting"]
Outcome = Literal["acted", "held", "not_acted"]
COUNTED_MOST = 500


@dataclass(frozen=True)
class Ruling:
    """One row of `ruling`; `links` are {link_id, name, outcome, reasons}; times are aware UTC."""

    source: Source
    trigger_id: str
    device_id: str | None
    camera_id: str | None
    said: str
    outcome: Outcome
    reasons: list[str]
    links: list[dict[str, Any]]
    triggered_at: datetime
    decided_at: datetime

    def bell(self, clock: Clock, src: str) -> TriggerRuling:
        """The message that rings for this row."""
        names = ("source", "trigger_id", "device_id", "camera_id", "said", "outcome", "reasons")
        return TriggerRuling.make(clock, src, **{name: getattr(self, name) for name in names})


@dataclass(frozen=True)
class Trigger:
    """What is to be ruled on: an event with its `detail`, or a sighting's arrival; `ruled` is what it led to before.

    `sighting_id` is the vehicle of a plate's event.
    """

    detail: str | None
    ruled: Ruling | None
    sighting_id: str | None = None


@dataclass(frozen=True)
class Chosen:
    """Which rulings: with one outcome, of one device, of one camera; None is any."""

    outcome: str | None = None
    device_id: str | None = None
    camera_id: str | None = None


def triggers(connection: Connection, named: Iterable[tuple[Source, str]]) -> dict[tuple[Source, str], Trigger]:
    """What triggered, each by its source and id, with its ruling where there is one; as far as it is known."""
    found: dict[tuple[Source, str], Trigger] = {}
    for source, ids in _by_source(named):
        table = _TABLES[source]
        ours = (ruling.c.source == source) & (ruling.c.trigger_id == table.c.id)
        said = (event.c.detail, event.c.sighting_id) if source == "event" else (null(), null())
        own = [one.label(name) for one, name in zip(said, ("detail", "sighting_id"), strict=True)]
        query = select(ruling, table.c.id, *own).select_from(table.outerjoin(ruling, ours))
        for row in connection.execute(query.where(table.c.id.in_(ids))):
            values = {column.name: row._mapping[column.name] for column in ruling.columns}
            made = Ruling(**values) if row.trigger_id else None
            found[source, row.id] = Trigger(row.detail, made, row.sighting_id)
    return found


def acted_on(connection: Connection, sighting_id: str) -> set[str]:
    """The ids of the links that have acted on a plate of this vehicle."""
    plates = (ruling.c.source == "event") & (ruling.c.trigger_id == event.c.id)
    query = select(ruling.c.links).select_from(ruling.join(event, plates))
    rows = connection.scalars(query.where(event.c.sighting_id == sighting_id, ruling.c.outcome == "acted"))
    return {one["link_id"] for links in rows for one in links if one["outcome"] == "acted"}


def write(connection: Connection, made: Sequence[Ruling]) -> None:
    """Writes rows, and that their triggers are settled. Raises `IntegrityError` when one has its ruling already."""
    if made:
        connection.execute(insert(ruling), [vars(one) for one in made])
        settle(connection, [(one.source, one.trigger_id) for one in made])


def amend(connection: Connection, made: Ruling) -> None:
    """Writes what a trigger has led to after a wait; its row is there."""
    key = (ruling.c.source == made.source) & (ruling.c.trigger_id == made.trigger_id)
    changes = {name: getattr(made, name) for name in ("outcome", "reasons", "links", "decided_at")}
    connection.execute(update(ruling).where(key).values(**changes))


def settle(connection: Connection, named: Iterable[tuple[Source, str]]) -> None:
    """Nobody need ring for these triggers any more."""
    for source, ids in _by_source(named):
        table = _TABLES[source]
        waiting = table.c.id.in_(ids) & table.c.undecided_since.is_not(None)
        connection.execute(update(table).where(waiting).values(undecided_since=None))


def older(connection: Connection, chosen: Chosen, before: Place | None, limit: int) -> list[Ruling]:
    """At most `limit` rulings, newest first; a page goes on from the place of (decided_at, trigger_id)."""
    query = select(ruling).order_by(ruling.c.decided_at.desc(), ruling.c.trigger_id.desc()).limit(limit)
    for name, value in asdict(chosen).items():
        if value is not None:
            query = query.where(ruling.c[name] == value)
    if before is not None:
        query = query.where(keyset.before(ruling.c.decided_at, ruling.c.trigger_id, before))
    return [_ruling(row) for row in connection.execute(query)]


def held_since(connection: Connection, since: datetime) -> Counter[str]:
    """How often each link was held since then, by its id, as far as the newest 500 rulings of each kind tell."""
    held: Counter[str] = Counter()
    for outcome in ("held", "acted"):
        newest = select(ruling.c.links).where(ruling.c.outcome == outcome, ruling.c.decided_at >= since)
        newest = newest.order_by(ruling.c.decided_at.desc(), ruling.c.trigger_id.desc()).limit(COUNTED_MOST)
        for links in connection.scalars(newest):
            held.update(one["link_id"] for one in links if one["outcome"] == "held")
    return held


_TABLES: dict[Source, Table] = {"event": event, "sighting": sighting}


def _by_source(named: Iterable[tuple[Source, str]]) -> list[tuple[Source, list[str]]]:
    wanted = sorted(set(named))
    parts: list[tuple[Source, list[str]]] = [
        (source, [row_id for of, row_id in wanted if of == source]) for source in _TABLES
    ]
    return [(source, ids) for source, ids in parts if ids]


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(**row._mapping)
