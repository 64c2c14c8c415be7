"""What plug-ins around one ONNX file share: a plug-in says how its input is made and what its outputs mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from services.detector.plugin import Detection, Frame, Pixels
from services.detector.session import OnnxSession


class OnnxPlugin(ABC):
    """A detector that runs on this machine; `labels` is the class's own. `threads`: how many cores a look may use.

    Raises DetectorError when the file cannot be run.
    """

    labels: frozenset[str]
    max_batch = 1  # four in one call took longer than four calls
    remote = False

    def __init__(self, name: str, version: str, model: bytes, threads: int) -> None:
        self.name, self.version = name, version
        self.session = OnnxSession(model, threads)
        self.input_size: tuple[int, int] | None = self.session.input_size

    @abstractmethod
    def look(self, bgr: Pixels, min_score: float) -> list[Detection]:
        """Return what is in a picture of the input's size, scored `min_score` or more; boxes are shares of it."""

    def warmup(self) -> None:
        """Run once on a blank picture: the first run reserves the memory."""
        width, height = self.session.input_size
        self.look(np.zeros((height, width, 3), np.uint8), 1.0)

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        """Return what is in each frame; each is of the input's size already."""
        return [self.look(frame.bgr, min_score) for frame in frames]

    def close(self) -> None:
        """Give the model's memory back."""
        del self.session
