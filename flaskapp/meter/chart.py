"""What a meter read, as the lines of a small drawing. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.store.meter import Meter, Span

WIDTH, HEIGHT = 600, 120
GAP = 12
"""Over more than such a part of the whole without a reading no line is drawn."""


@dataclass(frozen=True)
class Chart:
    """Paths in a box of `WIDTH` by `HEIGHT`: the middle of each span, and the band from its least to its most.

    `limits` are the heights of the limits that lie between `least` and `most`, the values of the lower and upper edge.
    """

    line: str
    band: str
    limits: tuple[float, ...]
    least: float
    most: float


@dataclass(frozen=True)
class _Scale:
    begin: datetime
    length: timedelta
    least: float
    most: float

    def x(self, at: datetime) -> float:
        return round((at - self.begin) / self.length * WIDTH, 1)

    def y(self, value: float) -> float:
        if self.most == self.least:
            return HEIGHT / 2
        return round(HEIGHT - (value - self.least) / (self.most - self.least) * HEIGHT, 1)

    def holds(self, value: float) -> bool:
        return self.least < value < self.most


def drawn(spans: Sequence[Span], one: Meter, begin: datetime, length: timedelta) -> Chart | None:
    """The chart of some spans, oldest first; None without any."""
    if not spans:
        return None
    scale = _Scale(begin, length, min(span.least for span in spans), max(span.most for span in spans))
    runs = list(_runs(spans, length / GAP))
    return Chart(
        line=" ".join(_path([(scale.x(span.at), scale.y(span.middle)) for span in run]) for run in runs),
        band=" ".join(f"{_path(_outline(run, scale))}Z" for run in runs if len(run) > 1),
        limits=tuple(scale.y(limit) for limit in (one.low, one.high) if limit is not None and scale.holds(limit)),
        least=scale.least,
        most=scale.most,
    )


def _runs(spans: Sequence[Span], most: timedelta) -> Iterator[list[Span]]:
    """Spans that follow each other without a gap."""
    run = [spans[0]]
    for before, span in pairwise(spans):
        if span.at - before.at > most:
            yield run
            run = []
        run.append(span)
    yield run


def _outline(run: Sequence[Span], scale: _Scale) -> list[tuple[float, float]]:
    there = [(scale.x(span.at), scale.y(span.most)) for span in run]
    return there + [(scale.x(span.at), scale.y(span.least)) for span in reversed(run)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A single point is a line of no length, which its round ends show."""
    both = points if len(points) > 1 else [*points, *points]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in both)
