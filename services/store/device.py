"""Devices: they register themselves by a heartbeat; people name, group, switch off and forget them.

One that is being forgotten (`forgetting.py`) is found by nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.dialects.mysql import insert as insert_or_change

from services.store import config
from services.store.device_tables import device, forgetting
from services.store.tables import event

NOUN = "devices"
STALE_AFTER_S = 300
NOTED = ("last_seen_at", "stale_since", "active", "active_since", "detail", "triggered_at")
"""What triggers change."""
_IS_SHOWN = device.c.id.not_in(select(forgetting.c.device_id))


@dataclass(frozen=True)
class Described:
    """What a device says of itself in each heartbeat."""

    called: str
    kind: str
    location: str | None
    is_input: bool
    is_output: bool


@dataclass(frozen=True)
class Device:
    """One row of `device`; times are aware UTC; `sql/` explains each column."""

    id: str
    called: str
    name: str | None
    kind: str
    location: str | None
    is_input: bool
    is_output: bool
    enabled: bool
    group_name: str | None
    stale_after_s: int | None
    schedule_id: str | None
    entry: bool
    latch_s: int | None
    rate_count: int | None
    rate_s: int | None
    escalate_after_s: int | None
    interval_s: int | None
    longest_on_s: int | None
    confirmed_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    stale_since: datetime | None
    active: bool | None
    active_since: datetime | None
    detail: str | None
    triggered_at: datetime | None
    is_on: bool | None
    is_on_since: datetime | None

    @property
    def shown_name(self) -> str:
        """What pages and flows call it."""
        return self.name or self.called

    def on_for(self, seconds: float | None) -> float | None:
        """How long it is on when it is to be for so many seconds (None: until it is switched off)."""
        return min((one for one in (seconds, self.longest_on_s) if one is not None), default=None)

    @property
    def is_new(self) -> bool:
        """Whether no person has saved it yet."""
        return self.confirmed_at is None

    @property
    def stale_after(self) -> timedelta:
        """How long it may say nothing."""
        return timedelta(seconds=STALE_AFTER_S if self.stale_after_s is None else self.stale_after_s)

    @property
    def described(self) -> Described:
        """What it said of itself in its newest heartbeat."""
        return Described(self.called, self.kind, self.location, self.is_input, self.is_output)


_ROW = insert_or_change(device)
# One statement for all: the rows are there, so that nothing is ever inserted. It is made once, which takes longest.
_NOTE = _ROW.on_duplicate_key_update({name: _ROW.inserted[name] for name in NOTED})


def _device(row: Row[Any]) -> Device:
    return Device(**row._mapping)


def all_devices(connection: Connection) -> list[Device]:
    """Every device: new ones first, then by name."""
    order = (device.c.confirmed_at.isnot(None), func.coalesce(device.c.name, device.c.called), device.c.id)
    return [_device(row) for row in connection.execute(select(device).where(_IS_SHOWN).order_by(*order))]


def count(connection: Connection) -> int:
    """How many devices there are."""
    return int(connection.execute(select(func.count()).select_from(device)).scalar_one())


def find(connection: Connection, device_id: str) -> Device | None:
    """One device, or None."""
    row = connection.execute(select(device).where(device.c.id == device_id, _IS_SHOWN)).one_or_none()
    return _device(row) if row else None


def lock(connection: Connection, device_id: str) -> Device | None:
    """One device, kept from changes until the transaction ends; or None."""
    query = select(device).where(device.c.id == device_id, _IS_SHOWN).with_for_update()
    row = connection.execute(query).one_or_none()
    return _device(row) if row else None


def lock_groups(connection: Connection, device_ids: Iterable[str]) -> dict[str, Device]:
    """Those of several devices that there are, and all that are in a group with one of them, by their ids.

    They are kept from changes until the transaction ends.
    """
    named = device.c.id.in_(sorted(set(device_ids)))
    groups = set(connection.scalars(select(device.c.group_name).where(named, device.c.group_name.is_not(None))))
    wanted = or_(named, device.c.group_name.in_(sorted(groups))) if groups else named
    rows = connection.execute(select(device).where(wanted, _IS_SHOWN).order_by(device.c.id).with_for_update())
    return {row.id: _device(row) for row in rows}


def register(connection: Connection, device_id: str, described: Described, at: datetime) -> None:
    """Makes the row of a device at its first heartbeat. Raises `IntegrityError` when it is there already."""
    seen = {"id": device_id, "enabled": True, "first_seen_at": at, "last_seen_at": at}
    connection.execute(insert(device).values(**vars(described), **seen))
    config.bump(connection, NOUN)


def describe(connection: Connection, device_id: str, described: Described) -> None:
    """Writes down what a device now says of itself, and raises the version of `config/devices`."""
    change(connection, device_id, **vars(described))


def heard(connection: Connection, device_id: str, at: datetime) -> None:
    """Notes that a device spoke: it is stale no longer."""
    connection.execute(update(device).where(device.c.id == device_id).values(last_seen_at=at, stale_since=None))


def note(connection: Connection, devices: Sequence[Device]) -> None:
    """Writes what devices are and when they were heard; whoever calls has locked them."""
    if devices:
        connection.execute(_NOTE, [vars(one) for one in devices])


def switched(connection: Connection, device_id: str, is_on: bool, since: datetime) -> None:
    """Notes that an output is now on or off."""
    connection.execute(update(device).where(device.c.id == device_id).values(is_on=is_on, is_on_since=since))


def mark_stale(connection: Connection, device_id: str, last_seen_at: datetime, since: datetime) -> bool:
    """Raises that a device is stale; False when that had been done before, or when it has spoken since."""
    silent = (device.c.id == device_id) & device.c.stale_since.is_(None) & (device.c.last_seen_at == last_seen_at)
    return connection.execute(update(device).where(silent).values(stale_since=since)).rowcount == 1


def change(connection: Connection, device_id: str, **fields: Any) -> None:
    """Changes columns that flows are told of, and raises the version of `config/devices`."""
    connection.execute(update(device).where(device.c.id == device_id).values(**fields))
    config.bump(connection, NOUN)


def events(connection: Connection, device_id: str, limit: int) -> int:
    """How many events a device has, counted up to a limit."""
    some = select(event.c.id).where(event.c.device_id == device_id).limit(limit).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())
