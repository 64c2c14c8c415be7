"""Modes in the file of settings. What the house is set to is no setting."""

from collections.abc import Sequence

from sqlalchemy import Connection

from flaskapp.guard import Person
from flaskapp.mistakes import Mistakes
from flaskapp.mode import change
from flaskapp.setting.noun import Entry, Noun
from services.core.messages import Slug
from services.core.mode_messages import DelaySeconds, ModeName
from services.store import mode
from services.store.mode import DISARMED


class ModeEntry(Entry):
    """A mode, in the order of the switch."""

    id: Slug
    name: ModeName
    exit_s: DelaySeconds = 0
    entry_s: DelaySeconds = 0


def present(connection: Connection) -> list[ModeEntry]:
    """As they are."""
    return [
        ModeEntry(id=one.id, name=one.name, exit_s=one.exit_s, entry_s=one.entry_s)
        for one in mode.all_modes(connection)
    ]


def wrong(_connection: Connection, entries: Sequence[ModeEntry]) -> dict[str, str]:
    """Delays of a disarmed house."""
    return {
        f"[{place}].{name}": "A disarmed house waits for nothing: 0, please."
        for place, one in enumerate(entries)
        for name in ("exit_s", "entry_s")
        if one.id == DISARMED and getattr(one, name)
    }


def save(connection: Connection, by: Person, before: ModeEntry | None, wanted: ModeEntry) -> None:
    """Adds or renames one, and gives it its delays."""
    if before is None:
        change.add(connection, by, wanted.name, wanted.id)
    found = mode.find(connection, wanted.id)
    if found is None:
        return
    if found.name != wanted.name:
        change.rename(connection, by, found, wanted.name)
    change.delay(connection, by, found, wanted.exit_s, wanted.entry_s)


def remove(connection: Connection, by: Person, before: ModeEntry) -> bool:
    """Removes one of the owner's own. Raises `Mistakes` while it is needed."""
    found = mode.find(connection, before.id)
    if found is None or found.builtin:
        return False
    if words := change.against(connection, found):
        raise Mistakes({"": words})
    change.remove(connection, by, found)
    return True


NOUN = Noun(change.NOUN, "Mode", ModeEntry, present, save, remove, wrong, outlives=True)
