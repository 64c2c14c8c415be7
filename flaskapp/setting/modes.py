"""Modes in the file of settings. What the house is set to is no setting."""

from sqlalchemy import Connection

from flaskapp.guard import Person
from flaskapp.mistakes import Mistakes
from flaskapp.mode import change
from flaskapp.setting.noun import Entry, Noun
from services.core.messages import Slug
from services.core.mode_messages import ModeName
from services.store import mode


class ModeEntry(Entry):
    """A mode, in the order of the switch."""

    id: Slug
    name: ModeName


def present(connection: Connection) -> list[ModeEntry]:
    """As they are."""
    return [ModeEntry(id=one.id, name=one.name) for one in mode.all_modes(connection)]


def save(connection: Connection, by: Person, before: ModeEntry | None, wanted: ModeEntry) -> None:
    """Adds or renames one."""
    found = mode.find(connection, wanted.id) if before else None
    if found is None:
        change.add(connection, by, wanted.name, wanted.id)
    else:
        change.rename(connection, by, found, wanted.name)


def remove(connection: Connection, by: Person, before: ModeEntry) -> bool:
    """Removes one of the owner's own. Raises `Mistakes` while it is needed."""
    found = mode.find(connection, before.id)
    if found is None or found.builtin:
        return False
    if words := change.against(connection, found):
        raise Mistakes({"": words})
    change.remove(connection, by, found)
    return True


NOUN = Noun(change.NOUN, "Mode", ModeEntry, present, save, remove, outlives=True)
