"""Which detections count. The others are kept with the reason, so that people see why they were not told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.detector.plugin import Detection
from services.detector.zones import around
from services.store.seeing import Seeing
from services.store.zone import ZoneRef

LABEL_NOT_WANTED = "label not wanted"
BELOW_SCORE = "below score"
MASKED = "masked"
TOO_SMALL = "too small"
TOO_LARGE = "too large"


@dataclass(frozen=True)
class Judged:
    """A detection and why it does not count, or None if it does; then also the zones that it is in."""

    detection: Detection
    dropped_because: str | None = None
    zones: tuple[ZoneRef, ...] = ()


def judge(detections: Iterable[Detection], seeing: Seeing, night: bool = False) -> list[Judged]:
    """Return every detection, in order, each with the first reason against it, if there is one.

    `night` says that the picture has no colour: a camera may want to be surer then.
    """
    return [_judged(detection, seeing, night) for detection in detections]


def _judged(detection: Detection, seeing: Seeing, night: bool) -> Judged:
    reason = next((words for words, holds in _AGAINST if holds(detection, seeing, night)), None)
    if reason:
        return Judged(detection, reason)
    return Judged(detection, zones=tuple(zone.ref for zone in around(seeing.zones, detection.box)))


def _is_not_wanted(detection: Detection, seeing: Seeing, night: bool) -> bool:
    return seeing.labels is not None and detection.label not in seeing.labels


def _is_below_score(detection: Detection, seeing: Seeing, night: bool) -> bool:
    return detection.score < seeing.needed(detection.label, night)


def _is_masked(detection: Detection, seeing: Seeing, night: bool) -> bool:
    return any(mask.holds_for(detection.label) for mask in around(seeing.masks, detection.box))


def _is_too_small(detection: Detection, seeing: Seeing, night: bool) -> bool:
    height = detection.box[3] - detection.box[1]
    return _area(detection) < seeing.min_area or height < seeing.min_height


def _is_too_large(detection: Detection, seeing: Seeing, night: bool) -> bool:
    return _area(detection) > seeing.max_area


def _area(detection: Detection) -> float:
    x1, y1, x2, y2 = detection.box
    return (x2 - x1) * (y2 - y1)


_AGAINST: tuple[tuple[str, Callable[[Detection, Seeing, bool], bool]], ...] = (
    (LABEL_NOT_WANTED, _is_not_wanted),
    (BELOW_SCORE, _is_below_score),
    (MASKED, _is_masked),
    (TOO_SMALL, _is_too_small),
    (TOO_LARGE, _is_too_large),
)
"""The reasons in their order: what people chose first, then what they drew, then what follows from numbers."""
