"""People with a Telegram chat, as tests need them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from services.core.ids import new_id
from services.store.person_tables import channel, person

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def add_person(connection: Connection, name: str, **more: Any) -> str:
    """Somebody who is told of everything; their id."""
    values = {"id": new_id(), "name": name, "enabled": True, "happenings": [], "quiet": [], "breaks_through": []}
    connection.execute(insert(person).values(**values | more, created_at=NOON))
    return str(values["id"])


def add_channel(connection: Connection, person_id: str, address: str, **more: Any) -> str:
    """A Telegram chat of theirs; the channel's id."""
    values = {"id": new_id(), "person_id": person_id, "place": 0, "kind": "telegram", "address": address}
    connection.execute(insert(channel).values(**values | {"shown": "…", "enabled": True} | more, created_at=NOON))
    return str(values["id"])
