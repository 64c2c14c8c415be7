"""Rows of people and of their channels, for tests."""

from typing import Any

from sqlalchemy import Connection

from services.core.ids import new_id
from services.store import channel, person
from services.store.channel import Channel
from services.store.person import Person
from tests.pictures import NOON

ALL: dict[str, Any] = dict.fromkeys(("user_id", "cameras", "labels", "zones", "modes", "per_hour", "muted_until"))


def somebody(name: str = "Anna", **values: Any) -> Person:
    """Somebody who wants to know of everything at any time, but for what is given."""
    rest = {"enabled": True, "happenings": [], "quiet": [], "breaks_through": [], "created_at": NOON}
    return Person(**({"id": new_id(), "name": name} | ALL | rest | values))


def way(one: Person, kind: str = "email", address: str = "anna@example.org", **values: Any) -> Channel:
    """A channel of a person."""
    rest: dict[str, Any] = {
        "place": 0,
        "shown": "a…@example.org",
        "enabled": True,
        "tried_at": None,
        "tried_error": None,
    }
    fixed: dict[str, Any] = {"id": new_id(), "person_id": one.id, "kind": kind, "address": address, "created_at": NOON}
    return Channel(**(fixed | rest | values))


def move_in(connection: Connection, name: str = "Anna", *kinds: str, **values: Any) -> Person:
    """A person in the database, with one channel of each kind in this order."""
    made = somebody(name, **values)
    person.add(connection, made)
    for kind in kinds:
        channel.add(connection, way(made, kind, f"{kind}-of-{name.lower()}@example.org"))
    return made
