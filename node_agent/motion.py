"""Motion in a region: what differs from a running average of the frames before."""

import cv2
import numpy as np
import numpy.typing as npt

from node_agent.config import MotionSettings
from node_agent.frames import Pixels
from node_agent.steady import SteadyState

# The new frame's weight in the average, stock imagenode's: its `delta_threshold` numbers keep their meaning.
AVERAGE_WEIGHT = 0.5


class MotionDetector:
    """Says `moving` or `still` when that changes."""

    kind = "motion"

    def __init__(self, settings: MotionSettings) -> None:
        self._settings = settings
        self._average: npt.NDArray[np.float32] | None = None
        self._state = SteadyState({"moving": settings.min_motion_frames, "still": settings.min_still_frames})

    def look(self, grey: Pixels) -> str | None:
        """Look at one whole frame (grey, 320 wide); the new state if it changed.

        A change of more than `light_change_percent` of the frame is a lamp or a cloud, not motion: such a
        frame counts for neither state, and the average starts again from it.
        """
        blurred = self._blur(grey)
        changed = self._differences(blurred)
        if percent_set(changed) > self._settings.light_change_percent:
            self._average = blurred.astype(np.float32)
            return None
        area = largest_area_percent(self._settings.ROI.crop(changed))
        return self._state.feed("moving" if area >= self._settings.min_area else "still")

    def _blur(self, grey: Pixels) -> Pixels:
        size = self._settings.blur_kernel_size
        return cv2.GaussianBlur(grey, (size, size), 0).astype(np.uint8, copy=False)

    def _differences(self, blurred: Pixels) -> Pixels:
        if self._average is None or self._average.shape != blurred.shape:
            self._average = blurred.astype(np.float32)
        cv2.accumulateWeighted(blurred, self._average, AVERAGE_WEIGHT)
        delta = cv2.absdiff(blurred, cv2.convertScaleAbs(self._average))
        mask = cv2.threshold(delta, self._settings.delta_threshold, 255, cv2.THRESH_BINARY)[1]
        return mask.astype(np.uint8, copy=False)


def percent_set(mask: Pixels) -> float:
    """How much of the mask is set, in percent."""
    return 100 * cv2.countNonZero(mask) / mask.size


def largest_area_percent(mask: Pixels) -> float:
    """The largest connected spot, small gaps closed, in percent of the mask."""
    if not cv2.countNonZero(mask):
        return 0.0
    grown = cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=2)
    contours, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return 100 * max(cv2.contourArea(contour) for contour in contours) / mask.size
