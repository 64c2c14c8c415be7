"""Nodes: computers that sense and send. They register themselves by a heartbeat, a restart or a reading."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.core.ids import numbered, slug
from services.store import camera
from services.store.tables import node


@dataclass(frozen=True)
class Node:
    """One row of `node`; times are aware UTC."""

    id: str
    source: str
    name: str
    host: str | None
    system: str | None
    address: str | None
    memory_mb: int | None
    restarted_at: datetime | None
    last_seen_at: datetime | None
    silent_since: datetime | None
    created_at: datetime


def _node(row: Row[Any]) -> Node:
    return Node(**row._mapping)


def all_nodes(connection: Connection) -> list[Node]:
    """Every node, by name."""
    return [_node(row) for row in connection.execute(select(node).order_by(node.c.name, node.c.id))]


def find(connection: Connection, node_id: str) -> Node | None:
    """One node, or None."""
    row = connection.execute(select(node).where(node.c.id == node_id)).one_or_none()
    return _node(row) if row else None


def register(connection: Connection, source: str, at: datetime) -> str:
    """The id of the node that speaks under this name; makes its row at its first word."""
    base = slug(source)
    for number in range(1, 1000):
        known: str | None = connection.scalar(select(node.c.id).where(node.c.source == source))
        if known is not None:
            return known
        node_id = base if number == 1 else numbered(base, number)
        if _insert(connection, node_id, source, at):
            camera.adopt(connection, node_id, source)
            return node_id
    raise ValueError(f"a thousand nodes are named like {base}: rename the senders")


def _insert(connection: Connection, node_id: str, source: str, at: datetime) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(insert(node).values(id=node_id, source=source, name=source[:120], created_at=at))
    except IntegrityError:
        return False
    return True


def restarted(connection: Connection, node_id: str, at: datetime, facts: dict[str, str | int | None]) -> None:
    """Notes a restart and what the node said of itself (host, system, address, memory_mb)."""
    connection.execute(update(node).where(node.c.id == node_id).values(restarted_at=at, **facts))


def seen(connection: Connection, node_id: str, at: datetime) -> bool:
    """Notes that a node spoke. True when its silence ends with that."""
    was_silent: datetime | None = connection.scalar(select(node.c.silent_since).where(node.c.id == node_id))
    connection.execute(
        update(node)
        .where(node.c.id == node_id)
        .values(last_seen_at=func.greatest(func.coalesce(node.c.last_seen_at, at), at), silent_since=None)
    )
    return was_silent is not None and at > was_silent


def mark_silent(connection: Connection, node_id: str, since: datetime) -> bool:
    """Raises a node's silence; False when it had been raised before."""
    done = connection.execute(
        update(node).where(node.c.id == node_id, node.c.silent_since.is_(None)).values(silent_since=since)
    )
    return done.rowcount == 1
