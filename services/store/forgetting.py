"""Devices that people forget: out of sight at once, then deleted some rows at a time, their own row last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select, update

from services.store import audit, config
from services.store.audit import Change
from services.store.device_tables import device, forgetting, meter, reading
from services.store.rule_tables import command, ruling
from services.store.tables import event

ACTION = "device.forget"
AT_ONCE = 5000
"""So many rows are gone within a second or two, whatever else goes on."""
_TOLD = (device.c.called, device.c.kind, device.c.name, device.c.group_name, device.c.enabled, device.c.stale_after_s)


@dataclass(frozen=True)
class Forgetting:
    """A device that somebody wants forgotten; `gone` is how many of its events were deleted so far."""

    device_id: str
    user_id: str
    asked_at: datetime
    gone: int


def begin(connection: Connection, device_id: str, user_id: str, at: datetime) -> None:
    """Puts a device out of sight. Raises `IntegrityError` when that was done before, or when there is none."""
    connection.execute(insert(forgetting).values(device_id=device_id, user_id=user_id, asked_at=at, gone=0))
    config.bump(connection, "devices")


def is_begun(connection: Connection, device_id: str) -> bool:
    """Whether a device is being forgotten."""
    return connection.scalar(select(forgetting.c.device_id).where(forgetting.c.device_id == device_id)) is not None


def begun(connection: Connection) -> list[Forgetting]:
    """What is still to be deleted."""
    query = select(forgetting).order_by(forgetting.c.asked_at)
    return [Forgetting(**row._mapping) for row in connection.execute(query)]


def delete_some(connection: Connection, device_id: str, limit: int = AT_ONCE) -> int:
    """Deletes at most so many of a device's events, then of what else there is of it; how many those were."""
    gone = _deleted(connection, event, device_id, limit)
    counted = update(forgetting).where(forgetting.c.device_id == device_id).values(gone=forgetting.c.gone + gone)
    connection.execute(counted)
    for table in (reading, ruling, command):
        gone += _deleted(connection, table, device_id, limit - gone)
    return gone


def _deleted(connection: Connection, table: Table, device_id: str, limit: int) -> int:
    some = delete(table).where(table.c.device_id == device_id).with_dialect_options(mysql_limit=limit)
    return connection.execute(some).rowcount if limit else 0


def finish(connection: Connection, one: Forgetting, at: datetime) -> bool:
    """Deletes the device itself and writes who wanted that; False when it has too many events left to do it at once.

    Its next heartbeat registers it anew.
    """
    told = select(*_TOLD).where(device.c.id == one.device_id).with_for_update()
    before = dict(connection.execute(told).one()._mapping)
    if delete_some(connection, one.device_id) == AT_ONCE:
        return False
    counted = select(forgetting.c.gone).where(forgetting.c.device_id == one.device_id)
    before["events"] = connection.execute(counted).scalar_one()
    connection.execute(delete(meter).where(meter.c.device_id == one.device_id))
    connection.execute(delete(forgetting).where(forgetting.c.device_id == one.device_id))
    connection.execute(delete(device).where(device.c.id == one.device_id))
    audit.write(connection, at, one.user_id, Change(ACTION, one.device_id, before, None))
    return True
