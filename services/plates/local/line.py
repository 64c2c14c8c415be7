"""What a reader of text gives: the seam between reading plates and whatever reads text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.plates.plate import Pixels

Corners = NDArray[np.float32]
"""(4, 2): x and y in pixels of upper left, upper right, lower right, lower left."""


@dataclass(frozen=True)
class Line:
    """A line of text: as it was read, how sure (0..1), and where."""

    raw: str
    score: float
    corners: Corners


class Ocr(Protocol):
    """Reads text. Both raise ReaderError if they cannot, with the reason in words."""

    def lines(self, pixels: Pixels) -> Sequence[Line]:
        """Return the lines of text that are in a picture."""

    def line(self, pixels: Pixels, of: Line) -> Line:
        """Return what a picture of just one line says, in the place of `of`."""
