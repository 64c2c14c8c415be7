"""A graph with YOLOX's output, 32 x 64 pixels in: what it finds is fixed, how sure it is comes from the picture."""

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.onnx import OnnxGraph

SIZE = (64, 32)  # width, height
CELLS = 8 * 4 + 4 * 2 + 2 * 1


def yolox_like(rows: NDArray[np.float32]) -> bytes:
    """An ONNX file whose output is `rows` (CELLS, 85) plus the mean of the picture's blue channel times zero.

    The input takes part, as in a real model, so that a wrong shape or type of it is noticed.
    """
    graph = OnnxGraph("yolox-like")
    picture = graph.input("images", [1, 3, SIZE[1], SIZE[0]])
    count = 3 * SIZE[0] * SIZE[1]
    flat = graph.node("Reshape", [picture, graph.constant(np.array([1, 1, count], np.int64))])
    nothing = graph.node("MatMul", [flat, graph.constant(np.zeros((count, 1), np.float32))])
    graph.node("Add", [graph.constant(rows[None].astype(np.float32)), nothing], output="output")
    graph.output("output", [1, len(rows), rows.shape[1]])
    return graph.serialize()


def rows_with(
    cell: int, centre: tuple[float, float], size: tuple[float, float], sure: float, label: int
) -> NDArray[np.float32]:
    """Output with one thing in one cell; all others are sure of nothing."""
    rows = np.zeros((CELLS, 85), np.float32)
    rows[cell, :4] = (*centre, *np.log(size))
    rows[cell, 4], rows[cell, 5 + label] = sure, 0.9
    return rows
