"""Reads the network's output: what is where.

Formats: class logits (1917, 91), column 0 being "nothing", column n COCO's thing number n; box encodings
(1917, 4) as ty, tx, th, tw relative to the anchors (1917, 4) as y1, x1, y2, x2 in fractions of the input,
the way TensorFlow's object detection API writes them with variances 10, 10, 5, 5.
"""

from __future__ import annotations

import numpy as np

from services.detector.labels import COCO_90
from services.detector.plugin import Detection
from services.detector.session import Floats

_CENTRE_VARIANCE, _SIZE_VARIANCE = np.float32(10), np.float32(5)


def detections(encodings: Floats, logits: Floats, anchors: Floats, min_score: float) -> list[Detection]:
    """Return the best thing at each anchor that scores `min_score` or more, doubles included."""
    rows = np.flatnonzero((logits[:, 1:] >= logit(min_score)).any(axis=1))
    numbers = logits[rows, 1:].argmax(axis=1) + 1
    best = logits[rows, numbers].astype(np.float64)
    boxes = corners(encodings[rows], anchors[rows]).tolist()
    scores = (1 / (1 + np.exp(-best))).tolist()
    found = zip(numbers.tolist(), scores, boxes, strict=True)
    return [
        Detection(COCO_90[number], score, tuple(box), raw_label=COCO_90[number])
        for number, score, box in found
        if number in COCO_90
    ]


def corners(encodings: Floats, anchors: Floats) -> Floats:
    """Return boxes (n, 4) as x1, y1, x2, y2 in fractions of the input; they may reach beyond it."""
    sizes = anchors[:, 2:] - anchors[:, :2]
    centres = anchors[:, :2] + sizes / 2 + encodings[:, :2] / _CENTRE_VARIANCE * sizes
    halves = np.exp(encodings[:, 2:] / _SIZE_VARIANCE) * sizes / 2
    found: Floats = np.concatenate([centres - halves, centres + halves], axis=1)[:, [1, 0, 3, 2]]
    return found


def logit(score: float) -> float:
    """Return what a sigmoid turns into this score; no number at all scores below 0 or reaches 1."""
    if score <= 0:
        return -np.inf
    return float(np.log(score / (1 - score))) if score < 1 else np.inf
