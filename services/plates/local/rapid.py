"""rapidocr, with the models that its wheel carries: nothing is fetched while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import rapidocr
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors
from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

from services.plates.local import LOOK_SIDE
from services.plates.local.line import Line
from services.plates.plate import Pixels, ReaderError

MODELS = Path(rapidocr.__file__).parent / "models"
# They have no common base but Exception.
_NO_MODEL = (ort_errors.Fail, ort_errors.InvalidGraph, ort_errors.InvalidProtobuf, ort_errors.NotImplemented)
FINDS, READS = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class RapidOcr:
    """Finds and reads lines of text; `threads` is how many cores it may take. Raises ReaderError without its models."""

    def __init__(self, threads: int) -> None:
        missing = [name for name in (FINDS, READS) if not (MODELS / name).is_file()]
        if missing:
            raise ReaderError(f"rapidocr is installed without its models ({', '.join(missing)}): install it anew")
        self._engine = rapidocr.RapidOCR(params=settings(threads))

    def lines(self, pixels: Pixels) -> list[Line]:
        """Return the lines of text that are in a picture."""
        result = self._run(pixels, use_det=True)
        if result.txts is None:
            return []
        corners = np.asarray(result.boxes, np.float32)
        return [Line(raw, score, where) for (raw, score), where in zip(_said(result), corners, strict=True)]

    def line(self, pixels: Pixels, of: Line) -> Line:
        """Return what a picture of just one line says, in the place of `of`."""
        result = self._run(pixels, use_det=False)
        raw, score = next(iter(_said(result)), ("", 0.0))
        return Line(raw, score, of.corners)

    def _run(self, pixels: Pixels, use_det: bool) -> rapidocr.main.RapidOCROutput:
        try:
            return self._engine(pixels, use_det=use_det, use_cls=False, use_rec=True)
        except _NO_MODEL as problem:
            raise ReaderError(f"rapidocr's models cannot be run: {_last_line(problem)}; install it anew") from problem
        except (ONNXRuntimeError, cv2.error) as problem:
            raise ReaderError(f"the reader of text failed on this picture: {_last_line(problem)}") from problem


def settings(threads: int) -> dict[str, object]:
    """Return what differs from rapidocr's own settings. A model that is named by its path is never fetched."""
    cores = min(threads, os.cpu_count() or 1)  # more than there are, it takes for none said
    return {
        "Global.log_level": "error",
        "Global.use_cls": False,
        "Det.model_path": str(MODELS / FINDS),
        "Det.limit_type": "max",
        "Det.limit_side_len": LOOK_SIDE,
        "Rec.model_path": str(MODELS / READS),
        "EngineConfig.onnxruntime.intra_op_num_threads": cores,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


def _said(result: rapidocr.main.RapidOCROutput) -> Iterable[tuple[str, float]]:
    if result.txts is None:
        return []
    return [(str(raw), min(max(float(score), 0.0), 1.0)) for raw, score in zip(result.txts, result.scores, strict=True)]


def _last_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or ["no reason given"])[-1][:200]
