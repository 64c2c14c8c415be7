"""Reads FastestDet's output: what is where.

Format: one grid over the input, 22 x 22 cells for 352 pixels, with 85 numbers in each cell: how sure it is that
anything is there, where the middle lies as seen from the cell's corner (x, y; a tanh of it in cells), how large the
box is (width, height; a sigmoid of it as a share of the input), and how sure it is of each of the 80 COCO labels.
The first and the last 80 went through a sigmoid and a softmax in the graph.
"""

from __future__ import annotations

import numpy as np

from services.detector.labels import COCO
from services.detector.plugin import Detection, DetectorError
from services.detector.session import Floats

_CHANNELS = 5 + len(COCO)


def detections(grid: Floats, min_score: float) -> list[Detection]:
    """Return the best label of each cell that scores `min_score` or more, doubles included.

    Raises DetectorError where the output is not of the shape (1, 85, rows, columns).
    """
    if grid.ndim != 4 or grid.shape[:2] != (1, _CHANNELS):
        raise DetectorError(f"the model gave {grid.shape} numbers, FastestDet gives (1, {_CHANNELS}, rows, columns)")
    cells = grid[0].reshape(_CHANNELS, -1)
    numbers = cells[5:].argmax(axis=0)
    scores = cells[0] * cells[5:].max(axis=0)
    sure = np.flatnonzero(scores >= min_score)
    rows, columns = np.divmod(sure, grid.shape[3])
    corners = np.stack([columns, rows]).astype(np.float32)
    boxes = _corners(cells[1:5, sure], corners, (grid.shape[3], grid.shape[2])).T.tolist()
    found = zip(numbers[sure].tolist(), scores[sure].tolist(), boxes, strict=True)
    return [Detection(COCO[number], score, tuple(box), raw_label=COCO[number]) for number, score, box in found]


def _corners(place: Floats, cells: Floats, shape: tuple[int, int]) -> Floats:
    """Return boxes (4, n) as x1, y1, x2, y2 in fractions of the input; `shape` is columns, rows."""
    middles = (cells + np.tanh(place[:2])) / np.array(shape, np.float32)[:, None]
    halves = 0.5 / (1 + np.exp(-place[2:]))
    return np.concatenate([middles - halves, middles + halves])
