"""What somebody looks for, in a person's words: for chips, and for the picture that is looked at within it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from flaskapp.picture.filters import Filter
from services.store import album, sighting_log

When = Callable[[datetime], str]


def in_words(connection: Connection, chosen: Filter, when: When) -> dict[str, str]:
    """The wishes by their name in the URL, the camera aside; ids are replaced by what people call the thing."""
    words = chosen.query(camera=None)
    if chosen.zone is not None:
        words["zone"] = next(
            (row.name for row in album.zones(connection) if row.id == chosen.zone), "a zone that is gone"
        )
    if chosen.sighting is not None:
        words["sighting"] = _sighting(connection, chosen.sighting, when)
    if chosen.dropped is not None:
        words["dropped"] = f"left out: {chosen.dropped}"
    return words


def _sighting(connection: Connection, sighting_id: str, when: When) -> str:
    found = sighting_log.find(connection, sighting_id)
    return f"{found.label}, {when(found.arrived_at or found.began_at)}" if found else "a sighting that is gone"
