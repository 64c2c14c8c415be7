"""What waits for the end of an entry delay: alerts and links. Their rows go in the transaction that settles them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from services.core.ids import new_id
from services.store import entry, mode
from services.store.entry import Entry
from services.store.mode import DISARMED, Standing
from services.store.rule_tables import entry as entries
from services.store.rule_tables import held_alert, held_link
from services.store.ruling import Source

SAID_MAX = 300


@dataclass(frozen=True)
class HeldAlert:
    """One row of `held_alert`; `request` is the `alert/request` as it came; aware UTC."""

    id: str
    entry_id: str
    image_id: str | None
    event_id: str | None
    rule: str
    request: Mapping[str, Any]
    held_at: datetime


@dataclass(frozen=True)
class HeldLink:
    """One row of `held_link`; `verdict` is the `trigger/verdict` with this link alone; aware UTC."""

    source: Source
    trigger_id: str
    link_id: str
    entry_id: str
    verdict: Mapping[str, Any]
    held_at: datetime


def wait(connection: Connection, said: str, seconds: int, now: datetime) -> Entry:
    """Makes the house wait for somebody to disarm it; the entry that lasts already, where there is one.

    Where somebody has disarmed it since Node-RED asked, it is answered already.
    """
    mode.lock(connection)
    entry.end_due(connection, now)
    lasting = entry.present(connection, now)
    if lasting is not None:
        return lasting
    made = _entry(mode.current(connection), said[:SAID_MAX], seconds, now)
    entry.begin(connection, made)
    return made


def dropped_because(one: Entry) -> str | None:
    """Why what waited for it is let go, in words; None when nobody answered in time."""
    if one.answered_by is None:
        return None
    done = "disarmed" if one.answer == DISARMED else f"set to {one.answer}"
    return f"{done} by {one.answered_by} in time"


def hold_alert(connection: Connection, held: HeldAlert) -> None:
    """Writes it."""
    connection.execute(insert(held_alert).values(**asdict(held)))


def hold_links(connection: Connection, held: Sequence[HeldLink]) -> None:
    """Writes them; their rulings are there."""
    if held:
        connection.execute(insert(held_link), [asdict(one) for one in held])


def is_alert_held(connection: Connection, image_id: str | None, event_id: str | None, rule: str) -> bool:
    """Whether what a rule said of an image or event waits."""
    about = held_alert.c.event_id == event_id if event_id else held_alert.c.image_id == image_id
    return connection.scalar(select(held_alert.c.id).where(about, held_alert.c.rule == rule)) is not None


def due_alerts(connection: Connection, now: datetime) -> list[HeldAlert]:
    """Those that wait no longer, oldest first. Ends the entries whose time is up."""
    rows = connection.execute(_due(connection, held_alert, now).order_by(held_alert.c.id))
    return [HeldAlert(**row._mapping) for row in rows]


def due_links(connection: Connection, now: datetime) -> list[HeldLink]:
    """Those that wait no longer, oldest first; locked. Ends the entries whose time is up."""
    query = _due(connection, held_link, now).order_by(held_link.c.held_at, held_link.c.trigger_id, held_link.c.link_id)
    return [HeldLink(**row._mapping) for row in connection.execute(query.with_for_update())]


def take_alert(connection: Connection, held: HeldAlert) -> bool:
    """Takes it out; False when somebody has done that before."""
    return connection.execute(delete(held_alert).where(held_alert.c.id == held.id)).rowcount == 1


def take_link(connection: Connection, held: HeldLink) -> None:
    """Takes a locked one out."""
    key = (held_link.c.source == held.source) & (held_link.c.trigger_id == held.trigger_id)
    connection.execute(delete(held_link).where(key, held_link.c.link_id == held.link_id))


def _due(connection: Connection, table: Table, now: datetime) -> Any:
    entry.end_due(connection, now)
    ended = select(entries.c.id).where(entries.c.ended_at.is_not(None))
    return select(table).where(table.c.entry_id.in_(ended))


def _entry(now_set: Standing, said: str, seconds: int, now: datetime) -> Entry:
    made = Entry(new_id(), now_set.mode_id, said, now, now + timedelta(seconds=seconds))
    if now_set.mode_id != DISARMED or not now_set.by_hand:
        return made
    answered = {"ended_at": now, "answered_by": now_set.set_by, "answer": DISARMED}
    return Entry(**asdict(made) | answered)
