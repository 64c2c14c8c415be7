"""How often a camera sends, as its newest pictures say. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

FEW = 4
"""With fewer pictures nothing can be said."""
SHOWN = 60


@dataclass(frozen=True)
class Cadence:
    """Seconds: between two pictures as it usually is, from the newest one until now, and until it is called dark."""

    usual_s: float | None
    since_s: float | None
    limit_s: float

    @property
    def late(self) -> bool:
        """Whether the next picture has let itself be waited for three times as long as is usual."""
        return self.usual_s is not None and self.since_s is not None and self.since_s > max(3 * self.usual_s, 10)


def of(moments: Sequence[datetime], now: datetime, limit_s: float) -> Cadence:
    """From when the newest pictures were captured, newest first."""
    between = [(newer - older).total_seconds() for newer, older in pairwise(moments)]
    usual = median(between) if len(moments) >= FEW else None
    return Cadence(usual, (now - moments[0]).total_seconds() if moments else None, limit_s)
