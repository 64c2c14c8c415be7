"""Changes of schedules, each with who made it; the caller's transaction holds both."""

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.store import audit, schedule
from services.store.audit import Change
from services.store.schedule import Schedule

ACTION, NOUN = "schedule.update", schedule.NOUN


def save(connection: Connection, by: Person, before: Schedule | None, made: Schedule) -> None:
    """Enters a schedule, or makes one what is given. Raises `IntegrityError` as `schedule.add` does."""
    (schedule.change if before else schedule.add)(connection, made)
    change = Change(ACTION, made.id, before.values() if before else None, made.values())
    audit.write(connection, gallery().now(), by.id, change)


def remove(connection: Connection, by: Person, found: Schedule) -> None:
    """Deletes it; what held only while it is active holds at any time."""
    schedule.remove(connection, found.id)
    audit.write(connection, gallery().now(), by.id, Change(ACTION, found.id, found.values(), None))
