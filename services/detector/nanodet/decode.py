"""Reads NanoDet's output: what is where.

Format: for each level (strides 8, 16, 32 and, in some files, 64) two outputs with one row per cell, row by row:
how sure it is of each of the 80 COCO labels (a sigmoid went over them in the graph), and 32 numbers, 8 for each side
of the box: left, top, right, bottom. The 8 are how likely it is (before a softmax) that the side is 0 .. 7 cells away
from the cell's middle; the distance is their mean. The outputs may come in any order: their shapes tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.detector.labels import COCO
from services.detector.plugin import Detection, DetectorError
from services.detector.session import Floats

_STRIDES = (8, 16, 32, 64)
_STEPS = 8
_DISTANCES = np.arange(_STEPS, dtype=np.float32)


class Levels:
    """The grids of cells that lie over an input of `size` (width, height)."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._middles = {stride: _middles(size, stride) for stride in _STRIDES}

    def with_strides(self, levels: int) -> list[tuple[int, Floats]]:
        """Return the stride of each of the first `levels` levels, with its cells' middles (n, 2) in pixels."""
        return list(self._middles.items())[:levels]


def detections(outputs: Sequence[Floats], levels: Levels, min_score: float) -> list[Detection]:
    """Return the best label of each cell that scores `min_score` or more, doubles included.

    Raises DetectorError where the outputs are not of the shapes that NanoDet gives for this input.
    """
    rows = [output.reshape(-1, output.shape[-1]) for output in outputs]
    scores = _of_width(rows, len(COCO))
    sides = _of_width(rows, 4 * _STEPS)
    grids = levels.with_strides(len(scores))
    counts = [len(middles) for _, middles in grids]
    if not scores or [len(one) for one in scores] != counts or [len(one) for one in sides] != counts:
        raise DetectorError(f"the model gave {[output.shape for output in outputs]}, which is not what NanoDet gives")
    found = zip(scores, sides, grids, strict=True)
    return [one for score, side, grid in found for one in _of_level(score, side, grid, levels.size, min_score)]


def _of_width(rows: Sequence[Floats], width: int) -> list[Floats]:
    """The outputs with so many columns, the finest level first."""
    return sorted((one for one in rows if one.shape[1] == width), key=len, reverse=True)


def _of_level(
    scores: Floats, sides: Floats, grid: tuple[int, Floats], size: tuple[int, int], min_score: float
) -> list[Detection]:
    stride, middles = grid
    # Few cells are sure of any label: the best one is looked for in these only.
    sure = np.unique(np.flatnonzero(scores >= min_score) // scores.shape[1])
    numbers = scores[sure].argmax(axis=1)
    best = scores[sure, numbers]
    boxes = _corners(sides[sure], middles[sure], stride) / np.array(size * 2, np.float32)
    found = zip(numbers.tolist(), best.tolist(), boxes.tolist(), strict=True)
    return [Detection(COCO[number], score, tuple(box), raw_label=COCO[number]) for number, score, box in found]


def _corners(sides: Floats, middles: Floats, stride: int) -> Floats:
    """Return boxes (n, 4) as x1, y1, x2, y2 in pixels of the input."""
    logits = sides.reshape(-1, 4, _STEPS)
    likely = np.exp(logits - logits.max(axis=2, keepdims=True))
    away = (likely @ _DISTANCES) / likely.sum(axis=2) * stride
    return np.concatenate([middles - away[:, :2], middles + away[:, 2:]], axis=1)


def _middles(size: tuple[int, int], stride: int) -> Floats:
    # The last cells may hang over the edge: the network rounds up when it halves.
    rows, columns = np.mgrid[: -(-size[1] // stride), : -(-size[0] // stride)]
    corners = np.stack([columns.ravel(), rows.ravel()], axis=1) * stride
    return (corners + (stride - 1) / 2).astype(np.float32)
