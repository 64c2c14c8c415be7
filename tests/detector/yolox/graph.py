"""A graph with YOLOX's output, 64 x 32 pixels in."""

import numpy as np
from numpy.typing import NDArray

from tests.detector.graphs import always

SIZE = (64, 32)  # width, height
CELLS = 8 * 4 + 4 * 2 + 2 * 1


def yolox_like(rows: NDArray[np.float32]) -> bytes:
    """An ONNX file whose output is always `rows` (CELLS, 85)."""
    return always(SIZE, {"output": rows[None]})


def rows_with(
    cell: int, centre: tuple[float, float], size: tuple[float, float], sure: float, label: int
) -> NDArray[np.float32]:
    """Output with one thing in one cell; all others are sure of nothing."""
    rows = np.zeros((CELLS, 85), np.float32)
    rows[cell, :4] = (*centre, *np.log(size))
    rows[cell, 4], rows[cell, 5 + label] = sure, 0.9
    return rows
