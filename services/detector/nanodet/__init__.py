"""NanoDet-Plus-m 416: a small file for small machines, about as fast as the default."""

from __future__ import annotations

import cv2
import numpy as np

from services.detector.labels import COCO
from services.detector.nanodet.decode import Levels, detections
from services.detector.onnx_plugin import OnnxPlugin
from services.detector.plugin import Detection, Pixels
from services.detector.session import Floats

_MEAN = (103.53, 116.28, 123.675)
_DEVIATION = np.array([57.375, 57.12, 58.395], np.float32).reshape(3, 1, 1)


class NanoDet(OnnxPlugin):
    """The plug-in, for the file of OpenCV's model zoo."""

    labels = frozenset(COCO)

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        super().__init__(name, version, model, threads)
        self._levels = Levels(self.session.input_size)

    def look(self, bgr: Pixels, min_score: float) -> list[Detection]:
        """Return what is in a picture of the input's size."""
        return detections(self.session.run(None, network_input(bgr)), self._levels, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), blue first, by mean and deviation."""
    planes: Floats = cv2.dnn.blobFromImage(bgr, mean=_MEAN).astype(np.float32, copy=False)
    planes /= _DEVIATION
    return planes
