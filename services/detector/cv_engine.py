"""Runs an ONNX model with OpenCV: two to seven times slower than onnxruntime, but wherever OpenCV runs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from services.detector.plugin import DetectorError


class CvEngine:
    """A model in memory. The number of threads holds for all of OpenCV in this process."""

    def __init__(self, model: bytes, threads: int) -> None:
        # What goes wrong is raised; besides, it would be written among our own log's lines.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        cv2.setNumThreads(threads)
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
            self._outputs = self._net.getUnconnectedOutLayersNames()
        except cv2.error as problem:
            raise DetectorError(f"the file is not an ONNX model that can be run here: {problem.err}") from problem

    def run(self, outputs: Sequence[str] | None, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the named outputs (None: all, in an order of its own) for a picture. Raises DetectorError."""
        try:
            self._net.setInput(picture)
            results = self._net.forward(list(self._outputs if outputs is None else outputs))
        except cv2.error as problem:
            raise DetectorError(f"the model failed on this picture: {problem.err}") from problem
        return [np.asarray(result, np.float32) for result in results]
