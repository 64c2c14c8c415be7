"""Keeps one box of several around the same thing (non-maximum suppression)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.detector.labels import group
from services.detector.plugin import Detection

MAX_OVERLAP = 0.5
"""Two boxes of one group with more than this intersection over union are the same thing."""

Boxes = NDArray[np.float64]


def merge(detections: Sequence[Detection], max_overlap: float = MAX_OVERLAP) -> list[Detection]:
    """Return the detections without the weaker ones around the same thing, strongest first.

    Labels of one group compete: a pick-up that is a bit of a car and a bit of a truck is one vehicle.
    """
    groups: dict[str, list[Detection]] = defaultdict(list)
    for detection in sorted(detections, key=lambda one: -one.score):
        groups[group(detection.label)].append(detection)
    kept = [one for members in groups.values() for one in _strongest(members, max_overlap)]
    return sorted(kept, key=lambda one: -one.score)


def overlaps(box: NDArray[np.float64], others: Boxes) -> NDArray[np.float64]:
    """Return the intersection over union of one box (x1, y1, x2, y2) with each of others (n, 4)."""
    corner = np.maximum(box[:2], others[:, :2])
    sides = np.clip(np.minimum(box[2:], others[:, 2:]) - corner, 0.0, None)
    shared = sides[:, 0] * sides[:, 1]
    union = _areas(box[None])[0] + _areas(others) - shared
    ratio: NDArray[np.float64] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio


def _strongest(members: Sequence[Detection], max_overlap: float) -> list[Detection]:
    boxes = np.array([one.box for one in members], np.float64)
    waiting = np.arange(len(members))
    kept = []
    while waiting.size:
        best, waiting = waiting[0], waiting[1:]
        kept.append(members[best])
        waiting = waiting[overlaps(boxes[best], boxes[waiting]) <= max_overlap]
    return kept


def _areas(boxes: Boxes) -> NDArray[np.float64]:
    areas: NDArray[np.float64] = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return areas
