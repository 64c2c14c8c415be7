"""How long to wait before a camera is tried again: longer each time, and no two cameras equally long."""

import random
from collections.abc import Callable

FIRST_S, LONGEST_S = 1.0, 60.0
WELL_S = 60.0


class Backoff:
    """1 s, 2 s, 4 s … 60 s, each taken by chance from its upper half; anew after a minute without trouble."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0

    def next_s(self, worked_s: float) -> float:
        """The pause after a try that worked for so many seconds."""
        if worked_s >= WELL_S:
            self._failures = 0
        most = min(LONGEST_S, FIRST_S * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return most * (0.5 + self._chance() / 2)
