"""How many generated plates are read exactly, and what reading a vehicle costs beside the bare reader of text.

Ours: find the lower part, read it, again enlarged when nothing was found, again without a blue band, judge the text.
Bare: the same reader of text, same settings, once on the same lower part, taking what comes. In turn, in one run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter

import numpy as np

from bench.drawn_vehicle import FORMATS, Drawn, draw, random_text
from services.plates.local import LocalReader
from services.plates.local.rapid import RapidOcr
from services.plates.vehicle import cut, lower_part

WIDTHS = (40, 60, 80, 110, 150, 200)
READABLE = 60
"""Pixels: the goals hold for plates of this width and more."""


@dataclass(frozen=True)
class Try:
    """One vehicle: what it was, whether its plate was read, and exactly, and the seconds of both."""

    country: str
    width: int
    exact: bool
    read: bool
    ours: float
    bare: float


def main(argv: Sequence[str]) -> int:
    """Run the benchmark and print the figures; return the exit code."""
    options = _parser().parse_args(argv)
    tries = list(measure(RapidOcr(options.threads), options.count, options.seed))
    result = {"vehicles": len(tries), "threads": options.threads} | figures(tries)
    print(json.dumps(result) if options.json else _in_words(result))
    return 0


def measure(ocr: RapidOcr, count: int, seed: int) -> Iterator[Try]:
    """Read `count` vehicles of each format at each width, ours and bare taking turns in going first."""
    reader = LocalReader(lambda: ocr)
    random = Random(seed)
    reader.read(_vehicle(0, WIDTHS[-1], random).picture, [(0.0, 0.0, 1.0, 1.0)])  # the first one is slow
    for width in WIDTHS:
        for number in range(count * len(FORMATS)):
            yield _try(reader, ocr, number, _vehicle(number, width, random), width)


def figures(tries: Sequence[Try]) -> dict[str, object]:
    """Return what the benchmark tells. Rates are shares, times medians in milliseconds."""
    readable = [one for one in tries if one.width >= READABLE]
    ours, bare = [one.ours for one in readable], [one.bare for one in readable]
    return {
        "exact": _rate(readable),
        "exact_by_width": {str(width): _rate([one for one in tries if one.width == width]) for width in WIDTHS},
        "wrong_by_width": {str(width): _wrong([one for one in tries if one.width == width]) for width in WIDTHS},
        "exact_by_format": {
            style.country: _rate([one for one in readable if one.country == style.country]) for style in FORMATS
        },
        "ms": round(float(np.median(ours)) * 1000, 1),
        "ms_p95": round(float(np.percentile(ours, 95)) * 1000, 1),
        "bare_ms": round(float(np.median(bare)) * 1000, 1),
        "ratio": round(sum(ours) / sum(bare), 3),
    }


def _vehicle(number: int, width: int, random: Random) -> Drawn:
    style = FORMATS[number % len(FORMATS)]
    return draw(style, random_text(style.pattern, random), width, random)


def _try(reader: LocalReader, ocr: RapidOcr, number: int, drawn: Drawn, width: int) -> Try:
    read: list[str] = []

    def ours() -> None:
        read.extend(plate.text for plate in reader.read(drawn.picture, [drawn.vehicle]).plates[0])

    def bare() -> None:
        part = cut(drawn.picture, lower_part(drawn.vehicle))
        if part is not None:
            ocr.lines(part[0])

    # Whole rounds of the formats, so that each format goes first as often as second.
    first, second = (ours, bare) if number // len(FORMATS) % 2 else (bare, ours)
    took = {first: _timed(first), second: _timed(second)}
    country = FORMATS[number % len(FORMATS)].country
    return Try(country, width, read[:1] == [drawn.text], bool(read), took[ours], took[bare])


def _timed(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _rate(tries: Sequence[Try]) -> float:
    return round(sum(one.exact for one in tries) / max(len(tries), 1), 3)


def _wrong(tries: Sequence[Try]) -> float:
    return round(sum(one.read and not one.exact for one in tries) / max(len(tries), 1), 3)


def _in_words(figures: dict[str, object]) -> str:
    return "\n".join(f"{key:<18} {value}" for key, value in figures.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench plates", description="Plates read, and what it costs.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--count", type=int, default=10, help="vehicles of each format and width")
    parser.add_argument("--threads", type=int, default=1, help="how many cores reading may take")
    parser.add_argument("--seed", type=int, default=1, help="of the vehicles and plates that are drawn")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
