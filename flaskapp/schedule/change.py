"""Changes of schedules, each with who made it; the caller's transaction holds both."""

from sqlalchemy import Connection

from flaskapp.camera import change as camera_change
from flaskapp.device import change as device_change
from flaskapp.device import group
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from flaskapp.rule import change as rule_change
from services.store import audit, device_group, schedule
from services.store.audit import Change
from services.store.schedule import Schedule

ACTION, NOUN = "schedule.update", schedule.NOUN
ACTIONS = {
    camera_change.NOUN: camera_change.UPDATE,
    device_change.NOUN: device_change.UPDATE,
    device_group.NOUN: group.ACTION,
    rule_change.NOUN: rule_change.ACTION,
}
"""What the audit calls a change of something that goes by a schedule."""


def save(connection: Connection, by: Person, before: Schedule | None, made: Schedule) -> None:
    """Enters a schedule, or makes one what is given. Raises `IntegrityError` as `schedule.add` does."""
    (schedule.change if before else schedule.add)(connection, made)
    _write(connection, by, Change(ACTION, made.id, before.values() if before else None, made.values()))


def remove(connection: Connection, by: Person, found: Schedule) -> None:
    """Deletes it; what held only while it is active holds at any time, and of each that is a change, too."""
    for one in schedule.remove(connection, found.id):
        _write(connection, by, Change(ACTIONS[one.noun], one.id, {"schedule_id": found.id}, {"schedule_id": None}))
    _write(connection, by, Change(ACTION, found.id, found.values(), None))


def _write(connection: Connection, by: Person, change: Change) -> None:
    audit.write(connection, gallery().now(), by.id, change)
