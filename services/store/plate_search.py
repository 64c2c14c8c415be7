"""From what somebody types to the readings that it may mean: a part of a plate, or one that was misread a little."""

from typing import Any

from sqlalchemy import Connection, select

from services.core.folding import fold, signs
from services.store.plate_tables import plate, plate_read
from services.store.wanted import Plates

MOST = 60
"""So many different texts are looked for; a search that means more wants more signs."""
SURE = 5
"""From so many signs on, one of them may be wrong or missing: of fewer, too many plates would be meant."""


def meant(connection: Connection, typed: str) -> Plates:
    """The readings that have these signs in them, or nearly; none for a text without any letter or digit."""
    text = fold(signs(typed))
    if not text:
        return Plates()
    read = _like(connection, plate_read.c.folded, plate_read.c.folded, text)
    taken_for = _like(connection, plate.c.id, plate.c.folded, text)
    return Plates(tuple(read[:MOST]), tuple(taken_for[:MOST]), more=max(len(read), len(taken_for)) > MOST)


def nearly(text: str) -> str:
    """A regular expression for texts with this one in them, up to one sign that is wrong or was left out here."""
    if len(text) < SURE:
        return text
    wrong = [f"{text[:place]}.{text[place + 1 :]}" for place in range(len(text))]
    missing = [f"{text[:place]}.{text[place:]}" for place in range(1, len(text))]
    return "|".join([*wrong, *missing])


def _like(connection: Connection, column: Any, folded: Any, text: str) -> list[str]:
    """At most one more than `MOST`: the text itself first, then those with it in them, then what is nearly it."""
    query = select(column).where(folded.regexp_match(nearly(text))).distinct()
    order = (folded != text, folded.not_like(f"%{text}%"), folded)
    return list(connection.scalars(query.order_by(*order).limit(MOST + 1)))
