"""NanoDet-Plus-m 416: a small file for small machines, about as fast as the default."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.detector.labels import COCO
from services.detector.nanodet.decode import Levels, detections
from services.detector.plugin import Detection, Frame, Pixels
from services.detector.session import Floats, OnnxSession

_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)


class NanoDet:
    """The plug-in, for the file of OpenCV's model zoo."""

    max_batch = 1
    remote = False

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        self.name, self.version = name, version
        self.labels = frozenset(COCO)
        self._session = OnnxSession(model, threads)
        self.input_size: tuple[int, int] | None = self._session.input_size
        self._levels = Levels(self._session.input_size)

    def warmup(self) -> None:
        """Run once on a blank picture: the first run reserves the memory."""
        width, height = self._session.input_size
        self._look(np.zeros((height, width, 3), np.uint8), 1.0)

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        """Return what is in each frame; each is of the input's size already."""
        return [self._look(frame.bgr, min_score) for frame in frames]

    def close(self) -> None:
        """Give the model's memory back."""
        del self._session

    def _look(self, bgr: Pixels, min_score: float) -> list[Detection]:
        return detections(self._session.run(None, network_input(bgr)), self._levels, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), blue first, by mean and deviation."""
    scaled: Floats = ((bgr - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(scaled)
