"""Motion in a camera's frames: what differs from a running average of those before. Frames may be seconds apart.

A node agent looks for motion on its own Pi, many times a second, by rules like these (`node_agent/motion.py`); it runs
without this package, so the few lines are here again, for frames that come seldom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from services.core.camera_events import CAMERA_EVENTS
from services.core.polygon import Corner

WIDTH = 320
AVERAGE_WEIGHT = 0.2
"""Of a new frame in the average: after some ten frames, what stays where it is belongs to the view."""
FRAMES_WITHOUT, FRAMES_APART_S = 2.0, 10.0
"""It is still after so many frames without motion at least, of a camera that sends one in ten seconds at most."""
MOVING, STILL = CAMERA_EVENTS["motion"]


@dataclass(frozen=True)
class Rules:
    """`area_percent`: of the view, the largest spot that changes; `contrast`: by so much grey (0-255) at least.

    A change of more than `light_percent` of the view is a lamp or a cloud. Without motion for `still_s` it is over.
    """

    area_percent: float
    contrast: float
    light_percent: float = 60.0
    still_s: float = 5.0


class Gate:
    """Says `moving` or `still` when that changes. `masks` are parts of the view that do not count."""

    def __init__(self, rules: Rules, masks: Sequence[Sequence[Corner]] = ()) -> None:
        self._rules = rules
        self._masks = masks
        self._average: npt.NDArray[np.float32] | None = None
        self._moved_at: float | None = None
        self._looked_at: float | None = None
        self._apart_s = 0.0

    @property
    def moves(self) -> bool:
        """Whether something moves now."""
        return self._moved_at is not None

    def look(self, grey: npt.NDArray[np.uint8], at: float) -> str | None:
        """Look at one frame (grey, 320 wide) of a moment (monotonic seconds); the new state if it changed."""
        if self._looked_at is not None:
            self._apart_s = min(at - self._looked_at, FRAMES_APART_S)
        self._looked_at = at
        share, area = self._changes(grey)
        if share > self._rules.light_percent:
            self.begin_anew()
            # Who has switched it is there still: in such a frame nothing can be told apart.
            if self.moves:
                self._moved_at = at
            return None
        if area >= self._rules.area_percent:
            began = self._moved_at is None
            self._moved_at = at
            return MOVING if began else None
        return self.wait(at)

    def wait(self, at: float) -> str | None:
        """`still`, when nothing has moved for long enough; also where no frames come any more."""
        quiet_s = max(self._rules.still_s, FRAMES_WITHOUT * self._apart_s)
        if self._moved_at is None or at - self._moved_at < quiet_s:
            return None
        self._moved_at = None
        return STILL

    def begin_anew(self) -> None:
        """The next frame is what those after it are compared with. What moves goes on until it is still."""
        self._average = self._looked_at = None

    def _changes(self, grey: npt.NDArray[np.uint8]) -> tuple[float, float]:
        blurred: Any = cv2.GaussianBlur(grey, (5, 5), 0)
        if self._average is None or self._average.shape != blurred.shape:
            self._average = blurred.astype("float32")
        delta = cv2.absdiff(blurred, cv2.convertScaleAbs(self._average))
        cv2.accumulateWeighted(blurred, self._average, AVERAGE_WEIGHT)
        changed: Any = cv2.threshold(delta, self._rules.contrast, 255, cv2.THRESH_BINARY)[1]
        share = 100 * cv2.countNonZero(changed) / changed.size
        return share, _largest_percent(_without(changed, self._masks))


def shrunk(jpeg: bytes) -> npt.NDArray[np.uint8] | None:
    """A JPEG as a grey frame, 320 wide; None when it cannot be decoded."""
    frame: Any = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_2)
    if frame is None:
        return None
    height, width = frame.shape
    small: Any = cv2.resize(frame, (WIDTH, max(1, height * WIDTH // width)), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _without(changed: Any, masks: Sequence[Sequence[Corner]]) -> Any:
    height, width = changed.shape
    for points in masks:
        corners = np.array([(x * width, y * height) for x, y in points], np.int32)
        cv2.fillPoly(changed, [corners], 0)
    return changed


def _largest_percent(changed: Any) -> float:
    """The largest connected spot, small gaps closed, in percent of the view."""
    if not cv2.countNonZero(changed):
        return 0.0
    grown = cv2.dilate(changed, np.ones((3, 3), np.uint8), iterations=2)
    contours, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest: float = max(cv2.contourArea(one) for one in contours)
    return 100 * largest / float(changed.size)
