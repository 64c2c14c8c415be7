"""Which plate a text means: readers mistake signs, and a stranger's plate must not pass for a known one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from services.core.folding import distance, fold


class HasText(Protocol):
    """A plate that is known by its text."""

    @property
    def text(self) -> str:
        """A-Z and 0-9 only."""


Known = TypeVar("Known", bound=HasText)


def closest(text: str, plates: Iterable[Known], allowed: int = 1) -> Known | None:
    """Return the plate that the text means, at most `allowed` signs away after folding; None when there is none.

    The same text goes before one that only folds to it, and that before one with other signs. Where two plates are
    equally near, neither is meant.
    """
    folded = fold(text)
    near = [(_rank(text, folded, plate.text), plate) for plate in plates if abs(len(plate.text) - len(text)) <= allowed]
    within = sorted((pair for pair in near if pair[0][0] <= allowed), key=lambda pair: pair[0])
    if not within or (len(within) > 1 and within[0][0] == within[1][0]):
        return None
    return within[0][1]


def _rank(text: str, folded: str, other: str) -> tuple[int, int]:
    return distance(folded, fold(other)), distance(text, other)
