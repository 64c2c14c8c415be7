"""What a plate reader is: the seam between the service and whatever reads plates in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.core.polygon import Box

Pixels = NDArray[np.uint8]
"""A picture as (height, width, 3), uint8, in the order blue, green, red."""


@dataclass(frozen=True)
class Candidate:
    """What a plate may say, and how likely (0..1)."""

    text: str
    score: float


@dataclass(frozen=True)
class Plate:
    """One plate as it was read in one picture.

    `text` is A-Z and 0-9 only, `raw` is what the reader itself gave (at most 64 signs), `box` is in fractions of the
    full picture and lies inside it, `region` is the country or state where the reader says one. `candidates` are what
    else it may be, likeliest first, without `text`.
    """

    text: str
    raw: str
    score: float
    box: Box
    region: str | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What was read in one picture: for each vehicle that was asked for, in that order, its plates, surest first.

    `reader` is the name of the one that did read; `fell_back_because` says why it stood in for another.
    """

    plates: tuple[tuple[Plate, ...], ...]
    reader: str
    fell_back_because: str | None = None


class PlateReader(Protocol):
    """Reads plates. `remote` says that pictures leave this machine."""

    @property
    def name(self) -> str:
        """Goes with each reading."""

    @property
    def remote(self) -> bool:
        """Whether pictures leave this machine."""

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        """Return the plates of vehicles of one picture; each box may reach beyond the picture.

        Raises ReaderError if it cannot read, with the reason in words.
        """

    def close(self) -> None:
        """Give back what is held; the reader is not used afterwards."""


class ReaderError(Exception):
    """A reader could not read a picture; the text says why, for people, and holds no secret.

    `rest_s` is for how many seconds it is of no use to ask the same reader again.
    """

    def __init__(self, why: str, rest_s: float = 0.0) -> None:
        super().__init__(why)
        self.rest_s = rest_s
