"""What the readings of a vehicle come to, and which plate that is. Pure.

One reading alone must be the same as a known plate, signs that look alike aside; only readings that agree may differ
from it by the set distance. Plates that nobody has named are told apart by every sign that does not look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.core.folding import fold
from services.plates import match
from services.plates.plate import Candidate, Plate
from services.plates.vote import vote
from services.store import plate as registry
from services.store.plate_read import Agreed, Read


@dataclass(frozen=True)
class Judge:
    """`distance` is how many signs agreeing readings may differ from a known plate."""

    distance: int = 1

    def agree(self, reads: Sequence[Read]) -> Agreed | None:
        """What the readings of one vehicle agree on; None when there are none."""
        agreed = vote([_plate(one) for one in reads])
        if agreed is None:
            return None
        saying = [one for one in reads if fold(one.text) == fold(agreed.text)]
        # Each of several may have another sign wrong: then none says what all of them together do.
        saying = saying or list(reads)
        surest = max(saying, key=lambda one: one.score)
        return Agreed(agreed.text, min(max(agreed.score, 0.0), 1.0), surest.image_id, len(saying))

    def meant(self, agreed: Agreed, known: Sequence[registry.Plate]) -> registry.Plate | None:
        """Which plate that is; None for one that is not among them."""
        named = [one for one in known if one.standing in registry.NAMED]
        unnamed = [one for one in known if one.standing not in registry.NAMED]
        allowed = self.distance if agreed.count > 1 else 0
        return match.closest(agreed.text, named, allowed) or match.closest(agreed.text, unnamed, 0)


def _plate(read: Read) -> Plate:
    candidates = tuple(Candidate(text, score) for text, score in read.candidates)
    return Plate(read.text, read.raw, read.score, read.box, read.region, candidates)
