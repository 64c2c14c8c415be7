"""Why a detection does not count: a camera's rules of seeing, applied to one thing. Pure.

The detector judges with it; the gallery asks it what a changed rule would have hidden.
"""

from collections.abc import Callable
from typing import Protocol

from services.core.polygon import Box
from services.store.seeing import Seeing
from services.store.zone import around

LABEL_NOT_WANTED = "label not wanted"
BELOW_SCORE = "below score"
MASKED = "masked"
TOO_SMALL = "too small"
TOO_LARGE = "too large"


class Thing(Protocol):
    """What is judged; scores and boxes as shares 0-1."""

    @property
    def label(self) -> str:
        """COCO's word."""
        ...

    @property
    def score(self) -> float:
        """How sure the model is."""
        ...

    @property
    def box(self) -> Box:
        """Where it is."""
        ...


def against(thing: Thing, seeing: Seeing, night: bool = False) -> str | None:
    """The first reason against it, or None if it counts; `night` says that its picture has no colour."""
    return next((words for words, holds in _AGAINST if holds(thing, seeing, night)), None)


def _is_not_wanted(thing: Thing, seeing: Seeing, night: bool) -> bool:
    return seeing.labels is not None and thing.label not in seeing.labels


def _is_below_score(thing: Thing, seeing: Seeing, night: bool) -> bool:
    return thing.score < seeing.needed(thing.label, night)


def _is_masked(thing: Thing, seeing: Seeing, night: bool) -> bool:
    return any(mask.holds_for(thing.label) for mask in around(seeing.masks, thing.box))


def _is_too_small(thing: Thing, seeing: Seeing, night: bool) -> bool:
    height = thing.box[3] - thing.box[1]
    return _area(thing) < seeing.min_area or height < seeing.min_height


def _is_too_large(thing: Thing, seeing: Seeing, night: bool) -> bool:
    return _area(thing) > seeing.max_area


def _area(thing: Thing) -> float:
    x1, y1, x2, y2 = thing.box
    return (x2 - x1) * (y2 - y1)


_AGAINST: tuple[tuple[str, Callable[[Thing, Seeing, bool], bool]], ...] = (
    (LABEL_NOT_WANTED, _is_not_wanted),
    (BELOW_SCORE, _is_below_score),
    (MASKED, _is_masked),
    (TOO_SMALL, _is_too_small),
    (TOO_LARGE, _is_too_large),
)
"""The reasons in their order: what people chose first, then what they drew, then what follows from numbers."""
