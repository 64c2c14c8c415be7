"""One alert at a time for a camera and label, then a pause: who holds it, and when somebody was last told.

Rows are locked label by label in their sorted order, so that two deciders wait for each other instead of
locking each other out. Labels are compared by the column's collation, never in Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.mysql import insert

from services.store.alert_tables import cooldown


@dataclass(frozen=True)
class Pause:
    """One row: `decision_id` of the alert that is under way, `told_at` (aware UTC) of the last one accepted."""

    decision_id: str | None
    told_at: datetime | None


def lock(connection: Connection, camera_id: str, labels: Iterable[str]) -> dict[str, Pause]:
    """The pause of each label, its row made where missing and locked until the transaction ends."""
    return {label: _lock(connection, camera_id, label) for label in sorted(set(labels))}


def _lock(connection: Connection, camera_id: str, label: str) -> Pause:
    # An insert that meets its key takes the row's exclusive lock: nobody can come in between.
    made = insert(cooldown).values(camera_id=camera_id, label=label)
    connection.execute(made.on_duplicate_key_update(camera_id=cooldown.c.camera_id))
    query = select(cooldown.c.decision_id, cooldown.c.told_at).where(
        cooldown.c.camera_id == camera_id, cooldown.c.label == label
    )
    return Pause(**connection.execute(query.with_for_update()).one()._mapping)


def hold(connection: Connection, camera_id: str, labels: Iterable[str], decision_id: str) -> None:
    """An alert of these labels is under way; the rows must have been locked."""
    for label in sorted(set(labels)):
        where = (cooldown.c.camera_id == camera_id, cooldown.c.label == label)
        connection.execute(update(cooldown).where(*where).values(decision_id=decision_id))


def spend(connection: Connection, decision_id: str, at: datetime) -> None:
    """A channel accepted the alert: its labels pause from now on and are free for the next one after that."""
    held = update(cooldown).where(cooldown.c.decision_id == decision_id)
    connection.execute(held.values(decision_id=None, told_at=at))


def release(connection: Connection, decision_id: str) -> None:
    """The alert reached nobody: its labels are free at once, and no pause begins."""
    connection.execute(update(cooldown).where(cooldown.c.decision_id == decision_id).values(decision_id=None))
