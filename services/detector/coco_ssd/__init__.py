"""COCO-SSD (ssdlite MobileNet v2, 300 x 300): the default detector."""

from __future__ import annotations

import cv2
import numpy as np

from services.detector.coco_ssd.decode import detections
from services.detector.labels import COCO
from services.detector.onnx_file import constant
from services.detector.onnx_plugin import OnnxPlugin
from services.detector.plugin import Detection, Pixels
from services.detector.session import Floats


class CocoSsd(OnnxPlugin):
    """The plug-in. Its file computes box encodings and class logits, and holds their anchors."""

    labels = frozenset(COCO)

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        super().__init__(name, version, model, threads)
        self._anchors = constant(model, "anchors")[0]

    def look(self, bgr: Pixels, min_score: float) -> list[Detection]:
        """Return what is in a picture of the input's size."""
        boxes, logits = self.session.run(["boxes", "logits"], network_input(bgr))
        return detections(boxes[0], logits[0], self._anchors, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), red first, -1..1."""
    blob = cv2.dnn.blobFromImage(bgr, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
    return blob.astype(np.float32, copy=False)
