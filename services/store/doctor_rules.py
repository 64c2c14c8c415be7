"""What the doctor asks about triggers and orders."""

from datetime import datetime

from sqlalchemy import Connection, select

from services.store.rule_tables import command
from services.store.tables import event, sighting


def undecided(connection: Connection, before: datetime) -> list[str]:
    """Triggers since before then that have no ruling."""
    return [
        f"{table.name} {row_id}"
        for table in (event, sighting)
        for row_id in connection.scalars(
            select(table.c.id).where(table.c.undecided_since < before).order_by(table.c.undecided_since)
        )
    ]


def unsent(connection: Connection, before: datetime) -> list[str]:
    """Orders that were to be sent before then at the latest, and have neither been nor expired."""
    late = select(command.c.id).where(command.c.state == "due", command.c.expires_at < before)
    return list(connection.scalars(late.order_by(command.c.id)))
