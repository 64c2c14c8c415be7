"""COCO-SSD (ssdlite MobileNet v2, 300 x 300): the default detector."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from services.detector.coco_ssd.decode import detections
from services.detector.labels import COCO
from services.detector.onnx_file import constant
from services.detector.plugin import Detection, Frame, Pixels
from services.detector.session import Floats, OnnxSession


class CocoSsd:
    """The plug-in. Its file computes box encodings and class logits, and holds their anchors."""

    max_batch = 1  # four in one call took longer than four calls
    remote = False

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        self.name, self.version = name, version
        self.labels = frozenset(COCO)
        self._session = OnnxSession(model, threads)
        self.input_size: tuple[int, int] | None = self._session.input_size
        self._anchors = constant(model, "anchors")[0]

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
        boxes, logits = self._session.run(["boxes", "logits"], network_input(bgr))
        return detections(boxes[0], logits[0], self._anchors, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), red first, -1..1."""
    blob = cv2.dnn.blobFromImage(bgr, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
    return blob.astype(np.float32, copy=False)
