"""Stand-ins: readers that say what a test gives them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.core.polygon import Box
from services.plates.local.line import Line
from services.plates.plate import Pixels, Plate, Reading


def line(raw: str, box: tuple[int, int, int, int] = (10, 10, 60, 30), score: float = 0.9) -> Line:
    """A line of text in an upright box (pixels)."""
    x1, y1, x2, y2 = box
    return Line(raw, score, np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], np.float32))


class SaidOcr:
    """Reads what it was given, look by look, the last for ever; keeps the sizes of what it was shown."""

    def __init__(self, *looks: Sequence[Line], alone: str = "") -> None:
        self._looks = list(looks)
        self._alone = alone
        self.sizes: list[tuple[int, int]] = []

    def lines(self, pixels: Pixels) -> Sequence[Line]:
        self.sizes.append((pixels.shape[1], pixels.shape[0]))
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]

    def line(self, pixels: Pixels, of: Line) -> Line:
        return Line(self._alone, of.score, of.corners)


class SaidReader:
    """Reads one plate on each vehicle, or raises what it was given; counts."""

    remote = False

    def __init__(self, name: str, problem: Exception | None = None) -> None:
        self.name = name
        self.problem = problem
        self.asked = 0
        self.closed = False

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        self.asked += 1
        if self.problem:
            raise self.problem
        return Reading(tuple((Plate("AB123CD", "AB 123 CD", 0.9, box),) for box in vehicles), self.name)

    def close(self) -> None:
        self.closed = True
