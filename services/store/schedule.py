"""Schedules: times of the week, with exceptions, and the mode that they set. Node-RED says when one is active."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, update

from services.store import config
from services.store.device_tables import device, device_group
from services.store.mode_tables import schedule
from services.store.rule_tables import link
from services.store.tables import camera

NOUN = "schedules"
Window = dict[str, Any]
"""`{"days": [1, 2], "from": "22:00", "to": "sunrise"}`; without `days` in an exception."""


@dataclass(frozen=True)
class Schedule:
    """One row of `schedule`; `sql/` explains each column."""

    id: str
    name: str
    windows: list[Window]
    exceptions: list[dict[str, Any]]
    enabled: bool
    mode_id: str | None
    mode_after_id: str | None
    exit_delay: bool = False

    def values(self) -> dict[str, Any]:
        """What people may change, as columns and as the audit tells it."""
        return {name: value for name, value in asdict(self).items() if name != "id"}


@dataclass(frozen=True)
class User:
    """What goes by a schedule; `noun` is `cameras`, `devices`, `groups` (whose id is the name) or `links`."""

    noun: str
    id: str
    name: str
    schedule_id: str


_NAMES: dict[str, tuple[Table, ColumnElement[str], ColumnElement[str]]] = {
    "cameras": (camera, camera.c.id, camera.c.name),
    "devices": (device, device.c.id, func.coalesce(device.c.name, device.c.called)),
    "groups": (device_group, device_group.c.name, device_group.c.name),
    "links": (link, link.c.id, link.c.name),
}
"""The table of each noun that goes by schedules, its id and what pages call it."""


def all_schedules(connection: Connection) -> list[Schedule]:
    """Every schedule, by name."""
    return [_schedule(row) for row in connection.execute(select(schedule).order_by(schedule.c.name))]


def find(connection: Connection, schedule_id: str) -> Schedule | None:
    """One schedule, held until the transaction ends; or None."""
    row = connection.execute(select(schedule).where(schedule.c.id == schedule_id).with_for_update()).one_or_none()
    return _schedule(row) if row else None


def is_enabled(connection: Connection, schedule_id: str) -> bool:
    """Whether there is such a schedule and it is switched on: one that is not limits nothing."""
    enabled = connection.scalar(select(schedule.c.enabled).where(schedule.c.id == schedule_id))
    return bool(enabled)


def add(connection: Connection, made: Schedule) -> None:
    """Writes a new one. Raises `IntegrityError` for a name that is there, or a mode that is not."""
    connection.execute(insert(schedule).values(id=made.id, **made.values()))
    config.bump(connection, NOUN)


def change(connection: Connection, made: Schedule) -> None:
    """Makes it what is given; its id stays. Raises `IntegrityError` as `add` does."""
    connection.execute(update(schedule).where(schedule.c.id == made.id).values(**made.values()))
    config.bump(connection, NOUN)


def remove(connection: Connection, schedule_id: str) -> list[User]:
    """Deletes it; what held only while it is active holds at any time: which cameras, devices, groups, links."""
    freed = _users(connection, lambda by: by == schedule_id, lock=True)
    for table, _, _ in _NAMES.values():
        connection.execute(update(table).where(table.c.schedule_id == schedule_id).values(schedule_id=None))
    connection.execute(delete(schedule).where(schedule.c.id == schedule_id))
    for noun in (*_NAMES, NOUN):
        config.bump(connection, noun)
    return freed


def users(connection: Connection) -> list[User]:
    """What goes by any schedule: first cameras, then devices, groups and links, each by name."""
    return _users(connection, lambda by: by.is_not(None))


def _users(
    connection: Connection, chosen: Callable[[ColumnElement[Any]], ColumnElement[bool]], lock: bool = False
) -> list[User]:
    found = []
    for noun, (table, noun_id, name) in _NAMES.items():
        by = table.c.schedule_id
        query = select(noun_id.label("id"), name.label("name"), by).where(chosen(by)).order_by(name, noun_id)
        rows = connection.execute(query.with_for_update() if lock else query)
        found += [User(noun, **row._mapping) for row in rows]
    return found


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(**row._mapping)
