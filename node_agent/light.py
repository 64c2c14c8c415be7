"""Light in a region: is its mean grey above a threshold?"""

from node_agent.config import LightSettings
from node_agent.frames import Pixels
from node_agent.steady import SteadyState


class LightDetector:
    """Says `lighted` or `dark` when that changes."""

    kind = "light"

    def __init__(self, settings: LightSettings) -> None:
        self._settings = settings
        self._state = SteadyState({"lighted": settings.min_frames, "dark": settings.min_frames})

    def look(self, grey: Pixels) -> str | None:
        """Look at one whole frame (grey, 320 wide); the new state if it changed."""
        mean = float(self._settings.ROI.crop(grey).mean())
        return self._state.feed("lighted" if mean > self._settings.threshold else "dark")
