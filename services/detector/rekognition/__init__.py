"""Amazon Rekognition's DetectLabels: pictures leave the house, each call costs money, and much more is recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import cv2

from services.core.clock import Clock
from services.core.settings import PREFIX, SettingError, Settings
from services.detector.labels import COCO
from services.detector.plugin import Detection, Frame, Pixels, Unavailable
from services.detector.rekognition.decode import detections
from services.detector.rekognition.region import Fault, Refused, Region

LONG_SIDE, QUALITY = 1920, 90
SHORTEST_SIDE = 80
"""A smaller picture is refused by the service."""

REST_S = 30.0
"""After a failure a region is left alone for so long: waiting for it at each picture would hold up all of them."""


def open_plugin(settings: Settings, spend: Callable[[], None], clock: Clock) -> Rekognition:
    """The plug-in as the settings want it. Raises `SettingError`."""
    names = [settings.detector_rekognition_region, settings.detector_rekognition_second_region]
    seconds, limit = settings.detector_remote_timeout_s, settings.detector_timeout_s
    asked = [name for name in names if name]
    if len(asked) * seconds >= limit:
        raise SettingError(
            f"{PREFIX}DETECTOR_REMOTE_TIMEOUT_S: {len(asked)} times {seconds:g} s leaves none of the {limit:g} s of "
            f"{PREFIX}DETECTOR_TIMEOUT_S for a look here"
        )
    key = _secret(settings, "detector_rekognition_key_id"), _secret(settings, "detector_rekognition_secret_key")
    return Rekognition([Region(name, key, seconds, settings.detector_rekognition_url) for name in asked], spend, clock)


def _secret(settings: Settings, name: str) -> str:
    text = settings.secret(name)
    if not text:
        raise SettingError(f"{PREFIX}{name.upper()}_FILE: the file is empty")
    return text


class Rekognition:
    """The plug-in. `spend` is called before each call and raises `Unavailable` where no more may be made."""

    name = "rekognition"
    version = "DetectLabels"
    labels = frozenset(COCO)
    input_size: tuple[int, int] | None = None
    max_batch = 1
    remote = True

    def __init__(self, regions: Sequence[Region], spend: Callable[[], None], clock: Clock) -> None:
        self._regions = regions
        self._spend = spend
        self._clock = clock
        self._rests: dict[Region, tuple[float, Refused]] = {}

    def warmup(self) -> None:
        """Nothing: a call would cost money."""

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        """Return what is in each frame. Raises `Unavailable`."""
        return [detections(self._answer(jpeg(frame.bgr), min_score), min_score) for frame in frames]

    def close(self) -> None:
        """Closes the connections."""
        for region in self._regions:
            region.close()

    def _answer(self, picture: bytes, min_score: float) -> Mapping[str, Any]:
        said = []
        for region in self._regions:
            try:
                return self._ask(region, picture, min_score)
            except Refused as problem:
                said.append(str(problem))
                if problem.fault is not Fault.REGION:
                    break
        raise Unavailable("; ".join(said))

    def _ask(self, region: Region, picture: bytes, min_score: float) -> Mapping[str, Any]:
        until, why = self._rests.get(region, (0.0, None))
        if why and self._clock.monotonic() < until:
            raise why
        self._spend()
        try:
            return region.ask(picture, min_score)
        except Refused as problem:
            if problem.fault is not Fault.PICTURE:
                self._rests[region] = self._clock.monotonic() + REST_S, problem
            raise


def jpeg(bgr: Pixels) -> bytes:
    """What is sent: the pixels, never larger than the service makes use of, and nothing else of the file.

    Raises Unavailable for a picture that the service would not take.
    """
    height, width = bgr.shape[:2]
    scale = LONG_SIDE / max(height, width)
    if min(height, width) * min(scale, 1.0) < SHORTEST_SIDE:
        raise Unavailable(f"the picture, {width} x {height}, is too small or too narrow for Amazon Rekognition")
    small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else bgr
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()
