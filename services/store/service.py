"""Services as their status on the broker says, and their figures of each minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects.mysql import insert

from services.store.tables import figure, service

FIGURES_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Service:
    """One row of `service`; times are aware UTC."""

    name: str
    instance: str
    state: str
    version: str
    since: datetime
    seen_at: datetime


def _service(row: Row[Any]) -> Service:
    return Service(**row._mapping)


def all_services(connection: Connection) -> list[Service]:
    """Every service that ever spoke, by name."""
    return [_service(row) for row in connection.execute(select(service).order_by(service.c.name, service.c.instance))]


def note(connection: Connection, name: str, instance: str, state: str, version: str, at: datetime) -> None:
    """Writes down a status; `since` moves only when the state does."""
    statement = insert(service).values(name=name, instance=instance, state=state, version=version, since=at, seen_at=at)
    new = statement.inserted
    connection.execute(
        statement.on_duplicate_key_update(
            # MariaDB assigns from left to right: `since` has to see the old state.
            [
                ("since", func.if_(service.c.state == new.state, service.c.since, new.since)),
                ("state", new.state),
                ("version", new.version),
                ("seen_at", new.seen_at),
            ]
        )
    )


def note_figures(connection: Connection, name: str, instance: str, at: datetime, figures: Mapping[str, float]) -> None:
    """Writes down the figures of a minute; a later one of the same minute replaces it."""
    if not figures:
        return
    minute = at.replace(second=0, microsecond=0)
    statement = insert(figure).values(
        [
            {"service": name, "instance": instance, "name": key[:64], "at": minute, "value": value}
            for key, value in figures.items()
        ]
    )
    connection.execute(statement.on_duplicate_key_update(value=statement.inserted.value))


def forget_old_figures(connection: Connection, now: datetime) -> int:
    """Deletes figures of over 90 days ago; gives how many."""
    return connection.execute(delete(figure).where(figure.c.at < now - FIGURES_KEPT)).rowcount
