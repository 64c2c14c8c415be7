"""How often a service that costs money may be called in a month. Months begin in UTC, as the bills do."""

from datetime import date, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.clock import as_utc
from services.store.tables import budget


def spend(connection: Connection, service: str, at: datetime, limit: int) -> bool:
    """One more call at this moment, unless the month already has `limit` of them. False: it must not be made.

    To be committed before the call, so that one whose caller dies is counted too.
    """
    # An insert that meets its key takes the row's exclusive lock: nobody can come in between.
    made = insert(budget).values(service=service, month=_month(at), used=0)
    connection.execute(made.on_duplicate_key_update(service=budget.c.service))
    row = (budget.c.service == service, budget.c.month == _month(at), budget.c.used < limit)
    return connection.execute(update(budget).where(*row).values(used=budget.c.used + 1)).rowcount == 1


def used(connection: Connection, service: str, at: datetime) -> int:
    """How many calls the month of this moment has had."""
    row = (budget.c.service == service, budget.c.month == _month(at))
    return connection.scalar(select(budget.c.used).where(*row)) or 0


def _month(at: datetime) -> date:
    return as_utc(at).date().replace(day=1)
