"""Changes of people, each with who made it; the caller's transaction holds both."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person as Account
from services.store import audit, channel, person
from services.store.audit import Change
from services.store.person import Person

ACTION, NOUN = "person.update", person.NOUN


def add(connection: Connection, by: Account, made: Person) -> None:
    """Enters somebody. Raises `IntegrityError` as `person.add` does."""
    person.add(connection, made)
    _write(connection, by, made.id, None, made.values())


def replace(connection: Connection, by: Account, before: Person, after: Person) -> None:
    """Makes a locked person what is given. Raises `IntegrityError` as `person.add` does."""
    if after == before:
        return
    person.change(connection, after)
    old, new = before.values(), after.values()
    names = [name for name in old if old[name] != new[name]]
    _write(connection, by, after.id, {name: old[name] for name in names}, {name: new[name] for name in names})


def remove(connection: Connection, by: Account, found: Person) -> None:
    """Removes somebody with their channels; what they were told stays, by their name."""
    ways = [one.told() for one in channel.of(connection, found.id)]
    person.remove(connection, found.id)
    _write(connection, by, found.id, found.values() | {"channels": ways}, None)


def _write(
    connection: Connection,
    by: Account,
    person_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    audit.write(connection, gallery().now(), by.id, Change(ACTION, person_id, before, after))
