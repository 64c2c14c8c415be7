"""Runs an ONNX model: with onnxruntime, or with OpenCV where that cannot be imported."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.core.logging import get
from services.detector.onnx_file import input_shape
from services.detector.plugin import DetectorError
from services.look import telemetry

Floats = NDArray[np.float32]
log = get(__name__)


class Engine(Protocol):
    """What runs a model; made from its file and how many cores one look may use."""

    def __init__(self, model: bytes, threads: int) -> None: ...

    def run(self, outputs: Sequence[str] | None, picture: Floats) -> list[Floats]:
        """Return the named outputs (None: all). Raises DetectorError."""


def best_engine() -> type[Engine]:
    """Return the fastest engine that there is on this machine."""
    telemetry.switch_off()
    try:
        chosen: type[Engine] = importlib.import_module("services.detector.ort_engine").OrtEngine
    except ImportError as problem:
        log.warning("onnxruntime_missing", error=str(problem), consequence="OpenCV runs the model, which takes longer")
        chosen = importlib.import_module("services.detector.cv_engine").CvEngine
    return chosen


class OnnxSession:
    """A model in memory with one picture as its input; `threads` is how many cores one look may use."""

    def __init__(self, model: bytes, threads: int) -> None:
        self._engine = best_engine()(model, threads)
        self._shape = input_shape(model)

    @property
    def input_size(self) -> tuple[int, int]:
        """The (width, height) that the model asks for; raises DetectorError if it leaves that open."""
        shape = self._shape
        sides = [side for side in shape if isinstance(side, int) and side > 0]
        if len(shape) != 4 or shape[:2] != [1, 3] or len(sides) != 4:
            raise DetectorError(f"the model wants input {shape}; only (1, 3, height, width) can be given")
        return sides[3], sides[2]

    def run(self, outputs: Sequence[str] | None, picture: Floats) -> list[Floats]:
        """Return the named outputs (None: all) for a picture of shape (1, 3, height, width)."""
        return self._engine.run(outputs, picture)
