"""Holds: what keeps an input's triggers from acting, such as the latch that its last accepted one set."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.mysql import insert

from services.store.device import Device
from services.store.rule_tables import hold
from services.store.tables import device


@dataclass(frozen=True)
class Hold:
    """One row of `hold`, or what is true of a device without one; times are aware UTC.

    `counted` are the times of triggers that count towards the device's `rate_count`.
    """

    device_id: str
    accepted_at: datetime | None = None
    accepted_detail: str | None = None
    counted: list[str] = field(default_factory=list)
    escalated_at: datetime | None = None


_OWN = tuple(hold.c[name] for name in ("accepted_at", "accepted_detail", "counted", "escalated_at"))


def lock(connection: Connection, device_id: str) -> tuple[Device, Hold] | None:
    """A device and what holds it, kept from changes until the transaction ends; None without such a device."""
    row = connection.execute(_joined().where(device.c.id == device_id).with_for_update()).one_or_none()
    return _both(row) if row else None


def escalating(connection: Connection) -> list[tuple[Device, Hold]]:
    """The devices that may have to escalate, or have: active ones with a limit, and those that escalated."""
    may = device.c.active & device.c.escalate_after_s.is_not(None)
    rows = connection.execute(_joined().where(may | hold.c.escalated_at.is_not(None)).order_by(device.c.id))
    return [_both(row) for row in rows]


def write(connection: Connection, held: Hold) -> None:
    """Writes the row, whether there was one or not."""
    values = asdict(held)
    changes = {name: value for name, value in values.items() if name != "device_id"}
    connection.execute(insert(hold).values(**values).on_duplicate_key_update(**changes))


def _joined() -> Any:
    return select(device, *_OWN).select_from(device.outerjoin(hold, hold.c.device_id == device.c.id))


def _both(row: Row[Any]) -> tuple[Device, Hold]:
    values = dict(row._mapping)
    own = {column.name: values.pop(column.name) for column in _OWN}
    return Device(**values), Hold(row.id, **own | {"counted": own["counted"] or []})
