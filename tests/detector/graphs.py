"""ONNX graphs with a fixed output, for the tests of plug-ins: what a model finds is known, how it says so is real."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.onnx import OnnxGraph


def always(size: tuple[int, int], outputs: Mapping[str, NDArray[np.float32]]) -> bytes:
    """An ONNX file that takes a picture of `size` (width, height) and always gives these outputs.

    The input takes part, as in a real model, so that a wrong shape or type of it is noticed.
    """
    graph = OnnxGraph("always")
    picture = graph.input("images", [1, 3, size[1], size[0]])
    count = 3 * size[0] * size[1]
    flat = graph.node("Reshape", [picture, graph.constant(np.array([1, count], np.int64))])
    nothing = graph.node("MatMul", [flat, graph.constant(np.zeros((count, 1), np.float32))])
    for name, values in outputs.items():
        shape: Sequence[int] = [1] * values.ndim
        one = graph.node("Reshape", [nothing, graph.constant(np.array(shape, np.int64))])
        graph.node("Add", [graph.constant(values.astype(np.float32)), one], output=name)
        graph.output(name, list(values.shape))
    return graph.serialize()
