"""Schedules: times of the week, with exceptions, and the mode that they set. Node-RED says when one is active."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from services.store import config
from services.store.rule_tables import link
from services.store.tables import camera, device, schedule

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

    def values(self) -> dict[str, Any]:
        """What people may change, as columns and as the audit tells it."""
        return {name: value for name, value in asdict(self).items() if name != "id"}


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


def remove(connection: Connection, schedule_id: str) -> None:
    """Deletes it; what held only while it is active holds at any time: alerts of cameras, devices, links."""
    for table in (camera, device, link):
        connection.execute(update(table).where(table.c.schedule_id == schedule_id).values(schedule_id=None))
    connection.execute(delete(schedule).where(schedule.c.id == schedule_id))
    for noun in ("cameras", "devices", "links", NOUN):
        config.bump(connection, noun)


def cameras(connection: Connection) -> dict[str, list[str]]:
    """The names of the cameras that alert by each schedule."""
    return _users(connection, camera.c.schedule_id, camera.c.name)


def devices(connection: Connection) -> dict[str, list[str]]:
    """The names of the devices that are switched, and on which links act, only while each schedule is active."""
    return _users(connection, device.c.schedule_id, func.coalesce(device.c.name, device.c.called))


def links(connection: Connection) -> dict[str, list[str]]:
    """The names of the links that act only while each schedule is active."""
    return _users(connection, link.c.schedule_id, link.c.name)


def _users(connection: Connection, by: ColumnElement[Any], name: ColumnElement[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for schedule_id, user in connection.execute(select(by, name).where(by.is_not(None)).order_by(name)):
        found.setdefault(schedule_id, []).append(user)
    return found


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(**row._mapping)
