"""YOLOX (Nano, Tiny, S): stronger and slower than the default, for those who have the machine for it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from services.detector.labels import COCO
from services.detector.plugin import Detection, Frame, Pixels
from services.detector.session import Floats, OnnxSession
from services.detector.yolox.decode import Grid, detections


class Yolox:
    """The plug-in, for any of the YOLOX files of release 0.1.1rc0: the input's size is read from the file."""

    max_batch = 1
    remote = False

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        self.name, self.version = name, version
        self.labels = frozenset(COCO)
        self._session = OnnxSession(model, threads)
        self.input_size: tuple[int, int] | None = self._session.input_size
        self._grid = Grid.of(self._session.input_size)

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
        (rows,) = self._session.run(None, network_input(bgr))
        return detections(rows[0], self._grid, min_score)


def network_input(bgr: Pixels) -> Floats:
    """Return the picture as the network wants it: (1, 3, height, width), blue first, 0..255."""
    return cv2.dnn.blobFromImage(bgr).astype(np.float32, copy=False)
