"""Which detections count. The others are kept with the reason, so that people see why they were not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.detector.plugin import Detection
from services.store.reasons import against
from services.store.seeing import Seeing
from services.store.zone import ZoneRef, around


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
    reason = against(detection, seeing, night)
    if reason:
        return Judged(detection, reason)
    return Judged(detection, zones=tuple(zone.ref for zone in around(seeing.zones, detection.box)))
