"""YOLOX (Nano, Tiny, S): stronger and slower than the default, for those who have the machine for it."""

from __future__ import annotations

import cv2
import numpy as np

from services.detector.labels import COCO
from services.detector.onnx_plugin import OnnxPlugin
from services.detector.plugin import Detection, Pixels
from services.detector.session import Floats
from services.detector.yolox.decode import Grid, detections


class Yolox(OnnxPlugin):
    """The plug-in, for any of the YOLOX files of release 0.1.1rc0: the input's size is read from the file."""

    labels = frozenset(COCO)

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        super().__init__(name, version, model, threads)
        self._grid = Grid.of(self.session.input_size)

    def look(self, bgr: Pixels, min_score: float) -> list[Detection]:
        """Return what is in a picture of the input's size."""
        (rows,) = self.session.run(None, network_input(bgr))
        return detections(rows[0], self._grid, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), blue first, 0..255."""
    return cv2.dnn.blobFromImage(bgr).astype(np.float32, copy=False)
