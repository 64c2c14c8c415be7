"""Reads YOLOX's raw output: what is where.

Format: one row per cell of three grids over the input (strides 8, 16, 32, row by row), 85 columns: the
centre's offset from the cell's corner in cells (x, y), the logarithm of the size in cells (w, h), how sure
it is that anything is there, and how sure of each of the 80 COCO labels. The last 81 went through a sigmoid
in the graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.detector.labels import COCO
from services.detector.plugin import Detection, DetectorError
from services.detector.session import Floats

STRIDES = (8, 16, 32)
_COLUMNS = 5 + len(COCO)


@dataclass(frozen=True)
class Grid:
    """All cells of an input of `size` (width, height): corners (n, 2) in cells, strides (n, 1) in pixels."""

    corners: Floats
    strides: Floats
    size: tuple[int, int]

    @classmethod
    def of(cls, size: tuple[int, int]) -> Grid:
        """Lay the three grids over an input."""
        corners, strides = [], []
        for stride in STRIDES:
            rows, columns = np.mgrid[: size[1] // stride, : size[0] // stride]
            corners.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
            strides.append(np.full((rows.size, 1), stride))
        return cls(np.concatenate(corners).astype(np.float32), np.concatenate(strides).astype(np.float32), size)


def detections(rows: Floats, grid: Grid, min_score: float) -> list[Detection]:
    """Return the best label of each cell that scores `min_score` or more, doubles included.

    Raises DetectorError where the output is not of the shape that YOLOX gives for this input.
    """
    if rows.shape != (len(grid.corners), _COLUMNS):
        raise DetectorError(f"the model gave {rows.shape} numbers, YOLOX gives ({len(grid.corners)}, {_COLUMNS})")
    # A label is at most as sure as it is that anything is there: few cells are left to look at.
    cells = np.flatnonzero(rows[:, 4] >= min_score)
    numbers = rows[cells, 5:].argmax(axis=1)
    scores = rows[cells, 4] * rows[cells, 5 + numbers]
    sure = scores >= min_score
    boxes = _corners(rows[cells[sure]], grid, cells[sure]).tolist()
    found = zip(numbers[sure].tolist(), scores[sure].tolist(), boxes, strict=True)
    return [Detection(COCO[number], score, tuple(box), raw_label=COCO[number]) for number, score, box in found]


def _corners(rows: Floats, grid: Grid, cells: NDArray[np.intp]) -> Floats:
    """Return boxes (n, 4) as x1, y1, x2, y2 in fractions of the input."""
    scale = grid.strides[cells] / np.array(grid.size, np.float32)
    centres = (rows[:, :2] + grid.corners[cells]) * scale
    halves = np.exp(rows[:, 2:4]) * scale / 2
    return np.concatenate([centres - halves, centres + halves], axis=1)
