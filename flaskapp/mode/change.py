"""Changes of modes and of what the house is set to, each with who made it; the caller's transaction holds both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.core.ids import new_id
from services.store import audit, mode
from services.store.audit import Change
from services.store.mode import Mode, Wish

SET, EDIT, NOUN = "mode.set", "mode.update", "modes"


def enter(connection: Connection, by: Person, mode_id: str, reason: str, until: datetime | None) -> Mode | None:
    """Sets the house to a mode, and writes who did; None for a mode that there is not."""
    # Not by `find`: who sets a mode takes all their rows, in one order.
    wanted = next((one for one in mode.all_modes(connection) if one.id == mode_id), None)
    if wanted is not None:
        now = gallery().now()
        before = {"mode_id": mode.current(connection).mode_id}
        mode.enter(connection, Wish(new_id(), mode_id, by.name, reason, until), now)
        after = {"mode_id": mode_id, "until": until.isoformat() if until else None}
        audit.write(connection, now, by.id, Change(SET, mode_id, before, after))
    return wanted


def add(connection: Connection, by: Person, name: str, mode_id: str | None = None) -> None:
    """A mode of one's own; with an `id` that it had before. Raises `IntegrityError` for a name or id that is there."""
    _write(connection, by, mode.add(connection, name, mode_id), None, {"name": name})


def rename(connection: Connection, by: Person, found: Mode, name: str) -> None:
    """Gives a mode another name. Raises `IntegrityError` for a name that is there."""
    mode.rename(connection, found.id, name)
    _write(connection, by, found.id, {"name": found.name}, {"name": name})


def delay(connection: Connection, by: Person, found: Mode, exit_s: int, entry_s: int) -> None:
    """Gives a mode other delays, in seconds; where nothing is different nothing is written."""
    before = {"exit_s": found.exit_s, "entry_s": found.entry_s}
    after = {"exit_s": exit_s, "entry_s": entry_s}
    if before != after:
        mode.delay(connection, found.id, **after)
        _write(connection, by, found.id, before, after)


def remove(connection: Connection, by: Person, found: Mode) -> None:
    """Deletes one of the owner's own, against which there is nothing."""
    mode.remove(connection, found.id)
    _write(connection, by, found.id, {"name": found.name}, None)


def against(connection: Connection, found: Mode) -> str | None:
    """Why a mode cannot be removed, in words."""
    if found.builtin:
        return f"{found.name} belongs to every house, and stays."
    if mode.current(connection).mode_id == found.id:
        return f"The house is set to {found.name}: set it to another mode first."
    users = mode.users(connection, found.id)
    return f"{found.name} is still chosen for {', '.join(users)}: take it out there first." if users else None


def _write(
    connection: Connection, by: Person, mode_id: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> None:
    audit.write(connection, gallery().now(), by.id, Change(EDIT, mode_id, before, after))
