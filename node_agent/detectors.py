"""What looks at a camera's pictures: one module per kind of detector, all behind one Protocol."""

from typing import Protocol

from node_agent.config import DetectorSettings, LightSettings
from node_agent.frames import Pixels
from node_agent.light import LightDetector
from node_agent.motion import MotionDetector


class Detector(Protocol):
    """Has a state, and says when it changes."""

    kind: str

    def look(self, grey: Pixels) -> str | None:
        """Look at one whole frame (grey, 320 wide); the new state if this frame changed it."""
        ...


def detector_of(settings: DetectorSettings) -> Detector:
    """The detector that the settings ask for."""
    return LightDetector(settings) if isinstance(settings, LightSettings) else MotionDetector(settings)
