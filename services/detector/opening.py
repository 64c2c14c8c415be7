"""Opens the model in use: the one way by which the service gets a detector."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from services.detector.coco_ssd import CocoSsd
from services.detector.fastestdet import FastestDet
from services.detector.look import Looker
from services.detector.model import current, pinned, read
from services.detector.nanodet import NanoDet
from services.detector.plugin import Detector
from services.detector.yolox import Yolox

Opener = Callable[[str, str, bytes, int], Detector]
"""Makes a plug-in from (name, version, content of the model file, threads)."""

PLUGINS: MappingProxyType[str, Opener] = MappingProxyType(
    {"coco_ssd": CocoSsd, "fastestdet": FastestDet, "nanodet": NanoDet, "yolox": Yolox}
)
"""Every plug-in by the name that a pin gives it. A new one is a folder and a line here."""


def open_detector(model_dir: Path, name: str | None = None, threads: int = 1) -> Detector:
    """Open a model, the one in use if `name` is None; `threads` is how many cores a look may take.

    What it returns takes pictures of any shape and gives merged detections in fractions of the full frame.
    Its version names the model's release and the first of its hash. Raises ModelError if the model is
    missing or not the pinned one, DetectorError if it cannot be run.
    """
    pin = pinned(name or current(model_dir))
    version = f"{pin.version}+{pin.sha256[:8]}"
    return Looker(PLUGINS[pin.plugin](pin.name, version, read(model_dir, pin.name), threads))
