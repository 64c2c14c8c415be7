"""Leases: which instance of a service works. Times are the database's, so that machines need not agree on theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, literal_column, or_, select, update
from sqlalchemy.dialects.mysql import insert

from services.store.tables import lease

_MICROSECOND: Any = literal_column("MICROSECOND")
_SLACK = timedelta(seconds=1)


@dataclass(frozen=True)
class Lease:
    """One row of `lease`; times are aware UTC by the database's clock."""

    service: str
    instance: str
    since: datetime
    expires_at: datetime


def take(connection: Connection, service: str, instance: str, lasting: timedelta) -> bool:
    """Takes or prolongs the lease; False while another instance has it.

    One that would last longer than any is from before the database's clock was put back, and counts no more.
    """
    now: Any = func.utc_timestamp(6)
    until = _in(lasting)
    connection.execute(
        insert(lease)
        .values(service=service, instance=instance, since=now, expires_at=now)
        .on_duplicate_key_update(service=lease.c.service)
    )
    free = or_(lease.c.instance == instance, lease.c.expires_at < now, lease.c.expires_at > _in(lasting + _SLACK))
    since = case((lease.c.instance == instance, lease.c.since), else_=now)
    # MariaDB sets the columns in their order: `since` asks who had it before `instance` says who has it now.
    taken = (
        update(lease)
        .where(lease.c.service == service, free)
        .ordered_values((lease.c.since, since), (lease.c.instance, instance), (lease.c.expires_at, until))
    )
    return connection.execute(taken).rowcount == 1


def _in(span: timedelta) -> Any:
    """So long from now."""
    return func.timestampadd(_MICROSECOND, span // timedelta(microseconds=1), func.utc_timestamp(6))


def give_up(connection: Connection, service: str, instance: str) -> None:
    """Another instance may take it at once."""
    ours = (lease.c.service == service) & (lease.c.instance == instance)
    connection.execute(update(lease).where(ours).values(expires_at=_in(timedelta(microseconds=-1))))


def find(connection: Connection, service: str) -> Lease | None:
    """Who works, or did last."""
    row = connection.execute(select(lease).where(lease.c.service == service)).one_or_none()
    return Lease(**row._mapping) if row else None
