"""Detectors that do as a test says."""

import threading
from collections.abc import Callable, Sequence

from services.detector.plugin import Detection, Frame

PERSON = Detection("person", 0.9, (0.1, 0.2, 0.5, 0.8))


class Scripted:
    """Answers each look by calling `answer`."""

    name = "scripted"
    version = "1+0"
    labels = frozenset({"person", "dog"})
    input_size: tuple[int, int] | None = None
    max_batch = 1
    remote = False

    def __init__(self, answer: Callable[[Frame], list[Detection]] = lambda _: [PERSON]) -> None:
        self._answer = answer
        self.cameras: list[str] = []

    def warmup(self) -> None:
        pass

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        self.cameras += [frame.camera_id for frame in frames]
        return [self._answer(frame) for frame in frames]

    def close(self) -> None:
        pass


def hang(frame: Frame) -> list[Detection]:
    """Never comes back."""
    threading.Event().wait()
    return []
