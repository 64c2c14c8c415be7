"""Graphs that take and give what a pinned model does and look for nothing, where the model itself cannot be had.

What our look costs beside the bare loop is the same with them; how long the model would take is not in it.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tests.detector.graphs import always

Outputs = Mapping[str, NDArray[np.float32]]
SURE = 0.01
"""So many of the cells find something: a street with people has a few dozen such cells."""


def stand_in(plugin: str) -> bytes:
    """An ONNX file for one of `PLUGINS`, with what a model finds in a full street."""
    size, outputs = _SHAPES[plugin]
    return always((size, size), outputs(np.random.default_rng(7)))


def _yolox(dice: np.random.Generator) -> Outputs:
    rows = _cells(dice, 52 * 52 + 26 * 26 + 13 * 13, 85)
    rows[:, :4] = dice.uniform(0, 2, (len(rows), 4))
    return {"output": rows[None]}


def _nanodet(dice: np.random.Generator) -> Outputs:
    made: dict[str, NDArray[np.float32]] = {}
    for stride in (8, 16, 32, 64):
        cells = (-(-416 // stride)) ** 2
        made[f"scores {stride}"] = _cells(dice, cells, 80)[None]
        made[f"sides {stride}"] = dice.normal(0, 2, (1, cells, 32)).astype(np.float32)
    return made


def _fastestdet(dice: np.random.Generator) -> Outputs:
    return {"758": np.ascontiguousarray(_cells(dice, 22 * 22, 85).T.reshape(1, 85, 22, 22))}


def _cells(dice: np.random.Generator, cells: int, width: int) -> NDArray[np.float32]:
    """Nearly all of them sure of nothing."""
    made = dice.uniform(0, 0.05, (cells, width)).astype(np.float32)
    sure = dice.random(cells) < SURE
    made[sure] = dice.uniform(0.3, 0.9, (int(sure.sum()), width)).astype(np.float32)
    return made


_SHAPES: Mapping[str, tuple[int, Callable[[np.random.Generator], Outputs]]] = {
    "yolox": (416, _yolox),
    "nanodet": (416, _nanodet),
    "fastestdet": (352, _fastestdet),
}
PLUGINS = tuple(_SHAPES)
