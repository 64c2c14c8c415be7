"""Links (pages say rules): which inputs lead to which actions. Node-RED says whether one acts, scribe does it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.store import config
from services.store.rule_tables import link, link_half

NOUN = "links"
NOT_TYPED = ("id", "created_at", "acted_at")


@dataclass(frozen=True)
class Link:
    """One row of `link`; `inputs` and `actions` are as in `config/links`; times are aware UTC.

    `acted_at` is when it last did something; None: never.
    """

    id: str
    name: str
    enabled: bool
    inputs: list[dict[str, Any]]
    within_s: int | None
    modes: list[str] | None
    schedule_id: str | None
    actions: list[dict[str, Any]]
    created_at: datetime
    acted_at: datetime | None = None

    def values(self) -> dict[str, Any]:
        """What people may change, as columns and as the audit tells it."""
        return {name: value for name, value in asdict(self).items() if name not in NOT_TYPED}

    def speaks_of(self, device_id: str) -> bool:
        """Whether a device is named among its inputs or actions; a group that it is in does not count."""
        kinds = ("device", "switch", "say")
        return any(one["kind"] in kinds and one["id"] == device_id for one in (*self.inputs, *self.actions))

    def sets_mode(self, mode_id: str) -> bool:
        """Whether one of its actions sets the house to a mode."""
        return any(one["kind"] == "mode" and one["id"] == mode_id for one in self.actions)

    def needs_mode(self, mode_id: str) -> bool:
        """Whether it acts in a mode, or sets it."""
        return self.sets_mode(mode_id) or mode_id in (self.modes or [])


def all_links(connection: Connection) -> list[Link]:
    """Every link, by name."""
    return [_link(row) for row in connection.execute(select(link).order_by(link.c.name))]


def find(connection: Connection, link_id: str) -> Link | None:
    """One link, or None."""
    row = connection.execute(select(link).where(link.c.id == link_id)).one_or_none()
    return _link(row) if row else None


def find_all(connection: Connection, link_ids: Iterable[str]) -> dict[str, Link]:
    """Those of the ids that there are, by their ids."""
    wanted = sorted(set(link_ids))
    if not wanted:
        return {}
    return {row.id: _link(row) for row in connection.execute(select(link).where(link.c.id.in_(wanted)))}


def lock(connection: Connection, link_id: str) -> Link | None:
    """One link, kept from changes until the transaction ends; or None."""
    row = connection.execute(select(link).where(link.c.id == link_id).with_for_update()).one_or_none()
    return _link(row) if row else None


def add(connection: Connection, made: Link) -> None:
    """Writes a new one. Raises `IntegrityError` for a name that is there, or a schedule that is not."""
    connection.execute(insert(link).values(**asdict(made)))
    config.bump(connection, NOUN)


def change(connection: Connection, link_id: str, **fields: Any) -> None:
    """Changes columns; it waits for all its inputs anew. Raises `IntegrityError` as `add` does."""
    connection.execute(update(link).where(link.c.id == link_id).values(**fields))
    _forget_halves(connection, link_id)
    config.bump(connection, NOUN)


def remove(connection: Connection, link_id: str) -> None:
    """Deletes it; what it did stays in rulings and commands."""
    connection.execute(delete(link).where(link.c.id == link_id))
    config.bump(connection, NOUN)


def of_device(connection: Connection, device_id: str) -> list[str]:
    """The names of the links that name a device."""
    return [one.name for one in all_links(connection) if one.speaks_of(device_id)]


def of_mode(connection: Connection, mode_id: str) -> list[str]:
    """The names of the links that act in a mode or set it."""
    return [one.name for one in all_links(connection) if one.needs_mode(mode_id)]


def acted(connection: Connection, link_ids: Sequence[str], at: datetime) -> None:
    """Notes that links did something; flows need not hear of it."""
    if link_ids:
        connection.execute(update(link).where(link.c.id.in_(link_ids)).values(acted_at=at))


def halves(connection: Connection, link_id: str) -> dict[int, datetime]:
    """Of a link that wants all its inputs: when each last triggered, by its place; ours until the transaction ends."""
    query = select(link_half.c.place, link_half.c.triggered_at).where(link_half.c.link_id == link_id)
    return {row.place: row.triggered_at for row in connection.execute(query.with_for_update())}


def note_halves(connection: Connection, link_id: str, halves: dict[int, datetime]) -> None:
    """Writes down which inputs of a link have triggered, in place of what was noted before."""
    _forget_halves(connection, link_id)
    rows = [{"link_id": link_id, "place": place, "triggered_at": at} for place, at in halves.items()]
    if rows:
        connection.execute(insert(link_half), rows)


def _forget_halves(connection: Connection, link_id: str) -> None:
    """It waits for all its inputs anew."""
    connection.execute(delete(link_half).where(link_half.c.link_id == link_id))


def _link(row: Row[Any]) -> Link:
    return Link(**row._mapping)
