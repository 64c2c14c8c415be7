"""How long things are kept, and what has gone because of its age."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.store.retention import Expired

CALLED = {
    "events": "Events",
    "alerts": "Alerts",
    "rulings": "What rules led to",
    "pulls": "Pulls of pictures",
    "commands": "Orders to outputs",
    "readings": "Readings of meters",
    "uploads": "Other files from cameras",
    "audit": "Who changed what",
}


@dataclass(frozen=True)
class Kept:
    """A kind of things in a person's words; `days` None: they are kept for ever. `gone`: None, none was deleted yet."""

    called: str
    days: int | None
    gone: Expired | None


def told(ages: Mapping[str, timedelta], gone: Mapping[str, Expired]) -> list[Kept]:
    """All kinds, as the page shows them."""
    return [Kept(words, ages[kind].days if kind in ages else None, gone.get(kind)) for kind, words in CALLED.items()]
