"""The core around a plug-in: pictures of any shape in, merged detections of the full frame out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.detector.crops import cut_out, is_whole, longest_part, parts
from services.detector.filters import Judged, judge
from services.detector.letterbox import Placement, letterbox, uncropped
from services.detector.night import is_night
from services.detector.nms import merge
from services.detector.plugin import Detection, Detector, Frame
from services.look.picture import decode
from services.store.seeing import Seeing

FLOOR = 0.25
"""Weaker detections than this are noise, not something that a person would ask about."""


class Looker:
    """A plug-in made into a detector for whole pictures: letterboxed, boxes restored, doubles merged."""

    def __init__(self, plugin: Detector) -> None:
        self._plugin = plugin
        self.name, self.version, self.input_size = plugin.name, plugin.version, plugin.input_size
        self.labels, self.max_batch, self.remote = plugin.labels, plugin.max_batch, plugin.remote

    def warmup(self) -> None:
        """Let the plug-in do once what makes its first look slow."""
        self._plugin.warmup()

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        """Return what is in each frame, strongest first, boxes in fractions of the full frame."""
        found: list[list[Detection]] = []
        for start in range(0, len(frames), self.max_batch):
            found += self._batch(frames[start : start + self.max_batch], min_score)
        return found

    def close(self) -> None:
        """Close the plug-in."""
        self._plugin.close()

    def _batch(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        size = self.input_size
        if size is None:
            raw = self._plugin.detect(frames, min_score)
            placements = [Placement()] * len(frames)
        else:
            boxed = [letterbox(frame.bgr, size) for frame in frames]
            inputs = [replace(frame, bgr=bgr) for frame, (bgr, _) in zip(frames, boxed, strict=True)]
            raw = self._plugin.detect(inputs, min_score)
            placements = [placement for _, placement in boxed]
        return [
            merge(_restored(detections, placement, frame))
            for detections, placement, frame in zip(raw, placements, frames, strict=True)
        ]


def examine(detector: Detector, data: bytes, camera_id: str, timestamp: datetime, seeing: Seeing) -> list[Judged]:
    """Decode a picture and look at it; see `decode` and `see` for what comes back and what is raised."""
    return see(detector, decoded(detector, data, camera_id, timestamp, seeing), seeing)


def decoded(detector: Detector, data: bytes, camera_id: str, timestamp: datetime, seeing: Seeing) -> Frame:
    """Return a picture as large as the detector needs it. Raises as `decode` does."""
    return Frame(decode(data, long_side=_long_side(detector, seeing)), camera_id, timestamp)


def see(detector: Detector, frame: Frame, seeing: Seeing) -> list[Judged]:
    """Look at one frame and return everything found, also what the rules drop, each with the reason."""
    night = seeing.night_min_score is not None and is_night(frame.bgr)
    return judge(find(detector, frame, min(FLOOR, seeing.lowest()), seeing.crops), seeing, night)


def find(detector: Detector, frame: Frame, min_score: float, crops: str) -> list[Detection]:
    """Return what is in a frame, strongest first; with crops, its parts are looked at besides the whole.

    A remote detector is given the whole only: it is paid by the picture, and takes all of its pixels.
    """
    height, width = frame.bgr.shape[:2]
    looked_at = [] if detector.remote else parts(crops, width, height)
    whole, *in_parts = detector.detect([frame, *(cut_out(frame, part) for part in looked_at)], min_score)
    pieces = [one for part, found in zip(looked_at, in_parts, strict=True) for one in found if is_whole(one, part)]
    return merge([*whole, *pieces]) if pieces else whole


def _long_side(detector: Detector, seeing: Seeing) -> int | None:
    """Twice the input's size, of each part: decoded to just that size, small persons lost 4 % of their finds."""
    if detector.input_size is None:
        return None
    return round(2 * max(detector.input_size) / longest_part(seeing.crops))


def _restored(detections: Sequence[Detection], placement: Placement, frame: Frame) -> list[Detection]:
    boxes = [uncropped(placement.restore(one.box), frame.crop) for one in detections]
    return [
        replace(one, box=box)
        for one, box in zip(detections, boxes, strict=True)
        if box[0] < box[2] and box[1] < box[3]  # a box wholly in the padding is nothing in the picture
    ]
