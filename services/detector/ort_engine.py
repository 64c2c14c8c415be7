"""Runs an ONNX model with onnxruntime: the faster engine. Importing this raises ImportError where it is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from services.detector.plugin import DetectorError

_ONLY_ERRORS = 3
# They have no common base but Exception.
_ONNX_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


class OrtEngine:
    """A model in memory."""

    def __init__(self, model: bytes, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ONLY_ERRORS
        # Threads that spin between two pictures would take a whole core from the rest of the house.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except _ONNX_ERRORS as problem:
            raise DetectorError(f"the file is not an ONNX model that can be run here: {problem}") from problem
        self._input = self._session.get_inputs()[0].name

    def run(self, outputs: Sequence[str] | None, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the named outputs (None: all) for a picture. Raises DetectorError."""
        try:
            results: list[NDArray[np.float32]] = self._session.run(outputs, {self._input: picture})
        except _ONNX_ERRORS as problem:
            raise DetectorError(f"the model failed on this picture: {problem}") from problem
        return results
