"""What was put right in a picture, as the viewer shows it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flaskapp import undo
from services.store.correction import Correction


@dataclass(frozen=True)
class Told:
    """One change in words, who made it, and when; `undo` is its id while it can be undone, `left_s` more seconds."""

    words: str
    user_name: str
    at: datetime
    undo: str | None
    left_s: float


def told(corrections: Sequence[Correction], now: datetime) -> list[Told]:
    """A picture's changes, the newest first; `corrections` come in that order. Only the newest can be undone."""
    moments = list(dict.fromkeys(one.corrected_at for one in corrections))
    changes = [[one for one in corrections if one.corrected_at == at] for at in moments]
    return [_told(change, now, newest=number == 0) for number, change in enumerate(changes)]


def _told(change: Sequence[Correction], now: datetime, newest: bool) -> Told:
    first = change[0]
    left = undo.left(first.corrected_at, now)
    undone = first.id if newest and left > timedelta(0) else None
    return Told(words(change), first.user_name, first.corrected_at, undone, left.total_seconds())


def words(change: Sequence[Correction]) -> str:
    """`dog, not cat`; `no dog`; `nothing here` for several boxes at once."""
    first = change[0]
    if len(change) > 1:
        return "nothing here"
    return f"{first.label_after}, not {first.label_before}" if first.label_after else f"no {first.label_before}"
