"""Settles what a plate says from the readings of one sighting: one misread of three does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from services.core.folding import distance, fold
from services.plates.plate import Candidate, Plate

_LOOKS_ALIKE = 0.9
_ONE_SIGN_OFF = 0.5
_MAX_CANDIDATES = 8


@dataclass(frozen=True)
class Vote:
    """What the readings come to. `score` is their mean support (0..1): a disputed text has less than each reading.

    `candidates` are the other texts, best supported first.
    """

    text: str
    score: float
    candidates: tuple[Candidate, ...] = ()


def vote(readings: Sequence[Plate]) -> Vote | None:
    """Return what the readings of one vehicle agree on, None when there are none.

    Each reading supports the text that it gave with its score, one that only looks alike nearly as much, one with a
    single sign different half as much, and others not at all.
    """
    if not readings:
        return None
    texts = {one.text for one in readings} | {other.text for one in readings for other in one.candidates}
    signwise = _signwise(readings)
    supported = [Candidate(text, _support(text, readings)) for text in texts | signwise]
    first, *others = sorted(supported, key=lambda one: (-one.score, one.text not in signwise, one.text))
    return Vote(first.text, first.score, tuple(one for one in others if one.score > 0)[:_MAX_CANDIDATES])


def _support(text: str, readings: Sequence[Plate]) -> float:
    weights = [max(_weight(text, other) for other in _said(one)) for one in readings]
    return round(fsum(weights) / len(weights), 4)


def _said(reading: Plate) -> list[Candidate]:
    return [Candidate(reading.text, reading.score), *reading.candidates]


def _weight(text: str, said: Candidate) -> float:
    if text == said.text:
        return said.score
    apart = distance(fold(text), fold(said.text))
    return said.score * {0: _LOOKS_ALIKE, 1: _ONE_SIGN_OFF}.get(apart, 0.0)


def _signwise(readings: Sequence[Plate]) -> set[str]:
    """The text of the signs that most readings have at each place: right where each one has another sign wrong."""
    lengths = Counter(len(one.text) for one in readings)
    length, count = lengths.most_common(1)[0]
    if count < 3:
        return set()
    alike = sorted(one.text for one in readings if len(one.text) == length)
    return {"".join(Counter(column).most_common(1)[0][0] for column in zip(*alike, strict=True))}
