"""Holds: what keeps an input's triggers from acting, such as the latch that its last accepted one set."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select
from sqlalchemy.dialects.mysql import insert

from services.store.device import Device
from services.store.device_tables import device
from services.store.rule_tables import hold


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


_ROW = insert(hold)
_WRITE = _ROW.on_duplicate_key_update({column.name: _ROW.inserted[column.name] for column in _OWN})


def lock(
    connection: Connection, device_ids: Iterable[str], groups: Iterable[str] = ()
) -> dict[str, tuple[Device, Hold]]:
    """Devices, and all of some groups, with what holds them, kept from changes until the transaction ends; by id."""
    named, grouped = sorted(set(device_ids)), sorted(set(groups))
    if not (named or grouped):
        return {}
    wanted = or_(device.c.id.in_(named), device.c.group_name.in_(grouped)) if grouped else device.c.id.in_(named)
    rows = connection.execute(_joined().where(wanted).order_by(device.c.id).with_for_update())
    return {row.id: _both(row) for row in rows}


def escalating(connection: Connection) -> list[tuple[Device, Hold]]:
    """The devices that may have to escalate, or have: active ones with a limit, and those that escalated."""
    may = device.c.active & device.c.escalate_after_s.is_not(None)
    rows = connection.execute(_joined().where(may | hold.c.escalated_at.is_not(None)).order_by(device.c.id))
    return [_both(row) for row in rows]


def write(connection: Connection, holds: Sequence[Hold]) -> None:
    """Writes rows, whether they were there or not."""
    if holds:
        connection.execute(_WRITE, [asdict(one) for one in holds])


def _joined() -> Any:
    return select(device, *_OWN).select_from(device.outerjoin(hold, hold.c.device_id == device.c.id))


def _both(row: Row[Any]) -> tuple[Device, Hold]:
    values = dict(row._mapping)
    own = {column.name: values.pop(column.name) for column in _OWN}
    return Device(**values), Hold(row.id, **own | {"counted": own["counted"] or []})
