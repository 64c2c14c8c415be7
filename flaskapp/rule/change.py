"""Changes of rules, each with who made it; the caller's transaction holds both."""

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.store import audit, link
from services.store.audit import Change
from services.store.link import Link

ACTION, NOUN = "link.update", link.NOUN


def add(connection: Connection, by: Person, made: Link) -> None:
    """Enters a rule. Raises `IntegrityError` as `link.add` does."""
    link.add(connection, made)
    audit.write(connection, gallery().now(), by.id, Change(ACTION, made.id, None, made.values()))


def replace(connection: Connection, by: Person, before: Link, made: Link) -> None:
    """Makes a locked rule what is given. Raises `IntegrityError` as `link.change` does."""
    link.change(connection, before.id, **made.values())
    audit.write(connection, gallery().now(), by.id, Change(ACTION, before.id, before.values(), made.values()))


def switch(connection: Connection, by: Person, found: Link, enabled: bool) -> None:
    """Switches a locked rule on or off."""
    if found.enabled != enabled:
        link.change(connection, found.id, enabled=enabled)
        change = Change(ACTION, found.id, {"enabled": found.enabled}, {"enabled": enabled})
        audit.write(connection, gallery().now(), by.id, change)


def remove(connection: Connection, by: Person, found: Link) -> None:
    """Deletes a locked rule; what it led to stays."""
    link.remove(connection, found.id)
    audit.write(connection, gallery().now(), by.id, Change(ACTION, found.id, found.values(), None))
