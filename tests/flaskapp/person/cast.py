"""People and their channels for the tests of pages."""

from typing import Any

from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import channel, person
from services.store.channel import Channel
from services.store.person import Person
from tests.flaskapp.house import NOON


def a_person(engine: Engine, name: str = "Anna", person_id: str | None = None, **more: Any) -> str:
    """Somebody who wants to know of everything at any time, but for what is said."""
    values: dict[str, Any] = dict.fromkeys(
        ("user_id", "cameras", "labels", "zones", "modes", "per_hour", "muted_until")
    )
    values |= {"happenings": [], "quiet": [], "breaks_through": [], "enabled": True, "created_at": NOON}
    made = Person(id=person_id or new_id(), name=name, **values | more)
    with engine.begin() as connection:
        person.add(connection, made)
    return made.id


def a_channel(
    engine: Engine,
    person_id: str,
    kind: str = "email",
    address: str = "anna@example.org",
    channel_id: str | None = None,
    **more: Any,
) -> str:
    """One of their channels, behind the others."""
    values: dict[str, Any] = {"shown": "a…@example.org", "enabled": True, "tried_at": None, "tried_error": None}
    made = Channel(channel_id or new_id(), person_id, 0, kind, address, created_at=NOON, **values | more)
    with engine.begin() as connection:
        channel.add(connection, made)
    return made.id


def whole(engine: Engine, person_id: str) -> Person:
    """A person as they are now."""
    with engine.connect() as connection:
        found = person.find(connection, person_id)
    assert found
    return found


def ways(engine: Engine, person_id: str) -> list[Channel]:
    """Their channels as they are now."""
    with engine.connect() as connection:
        return channel.of(connection, person_id)
