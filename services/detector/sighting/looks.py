"""How a part of a picture looks, whatever the light: small enough for a row, alike for the same thing at noon and dusk.

Brightness and contrast are taken out: what is compared is where the light and dark is, and which colours there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from services.core.polygon import Box
from services.detector.plugin import Pixels
from services.detector.sighting.box import widened

Patch = NDArray[np.float32]
Standing = Literal["same", "other", "unsure", "dark"]
FORM = 1
SIDE = 16
HUES = 8
UNIT = 32
LONG_SIDE = 480
DARK_MEAN = 16.0
FLAT = 3.0
SAME = 0.85
SAME_COLOURS = 0.6
OTHER = 0.55
STEADY = 0.6
COLOURED = 40


@dataclass(frozen=True)
class Scene:
    """A small copy of a picture, at most 480 pixels long, out of which looks are cut."""

    bgr: Pixels

    @classmethod
    def of(cls, bgr: Pixels) -> Scene:
        """Of a decoded picture."""
        height, width = bgr.shape[:2]
        scale = min(LONG_SIDE / max(height, width), 1.0)
        size = (max(round(width * scale), 1), max(round(height * scale), 1))
        return cls(np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8))

    @cached_property
    def grey(self) -> NDArray[np.uint8]:
        """Without colours."""
        return np.asarray(cv2.cvtColor(self.bgr, cv2.COLOR_BGR2GRAY), np.uint8)

    @cached_property
    def is_dark(self) -> bool:
        """Nothing can be told from it."""
        return float(self.grey.mean()) < DARK_MEAN

    def cut(self, box: Box) -> Looks:
        """How the part in the box looks, and what is around it."""
        inner, inner_contrast = _patch(self.grey, box)
        around, around_contrast = _patch(self.grey, widened(box))
        return Looks(inner, around, inner_contrast, around_contrast, _colours(_part(self.bgr, box)))


@dataclass(frozen=True)
class Looks:
    """Two patches of 16 x 16 with mean 0 and deviation 1: the box, and the box widened to double.

    The contrasts are their deviations in grey levels. `colours` are shares 0-1: eight hues from red on, and what has
    no colour.
    """

    inner: Patch
    around: Patch
    inner_contrast: float
    around_contrast: float
    colours: Patch

    def pack(self) -> bytes:
        """As the row holds it: see docs/sightings.md."""
        head = np.array([FORM, min(self.inner_contrast, 255), min(self.around_contrast, 255)], np.uint8)
        patches = np.clip(np.round(np.stack([self.inner, self.around]) * UNIT), -127, 127).astype(np.int8)
        colours = np.round(self.colours * 255).astype(np.uint8)
        return head.tobytes() + patches.tobytes() + colours.tobytes()

    @classmethod
    def unpack(cls, data: bytes | None) -> Looks | None:
        """None for looks of another form: they cannot be compared."""
        if data is None or len(data) != LENGTH or data[0] != FORM:
            return None
        patches = np.frombuffer(data, np.int8, 2 * SIDE * SIDE, 3).astype(np.float32).reshape(2, SIDE, SIDE) / UNIT
        colours = np.frombuffer(data, np.uint8, HUES + 1, 3 + 2 * SIDE * SIDE).astype(np.float32) / np.float32(255)
        return cls(patches[0], patches[1], float(data[1]), float(data[2]), colours)


LENGTH = 3 + 2 * SIDE * SIDE + HUES + 1


def resemblance(one: Looks, other: Looks) -> float:
    """How alike two things look, 0-1: half their shapes, half their colours."""
    shapes = max(_alike(one.inner, other.inner), 0.0)
    return (shapes + _colours_shared(one, other)) / 2


def is_alike(one: Looks, other: Looks) -> bool:
    """Whether both look like the same thing at the same place."""
    return _alike(one.inner, other.inner) >= STEADY


def standing(before: Looks, now: Looks, box: Box) -> Standing:
    """Whether a place looks as it did when something stood there.

    `other` is said only where what is around looks as before: else it was the light that changed, or the camera.
    """
    if before.inner_contrast < FLAT:
        return "unsure"
    alike = _alike(before.inner, now.inner)
    if alike >= SAME and _colours_shared(before, now) >= SAME_COLOURS:
        return "same"
    return "other" if alike <= OTHER and _around_is_same(before, now, box) else "unsure"


def _colours_shared(one: Looks, other: Looks) -> float:
    return float(np.minimum(one.colours, other.colours).sum())


def _around_is_same(before: Looks, now: Looks, box: Box) -> bool:
    ring = _ring(box)
    if max(before.around[ring].std() * before.around_contrast, now.around[ring].std() * now.around_contrast) < FLAT:
        return True
    return _alike(before.around[ring], now.around[ring]) >= STEADY


def _ring(box: Box) -> NDArray[np.bool_]:
    """The cells of the wide patch that are outside of the box."""
    wide = widened(box)
    across = np.linspace(wide[0], wide[2], SIDE * 2 + 1)[1::2]
    down = np.linspace(wide[1], wide[3], SIDE * 2 + 1)[1::2]
    in_columns = (across > box[0]) & (across < box[2])
    in_rows = (down > box[1]) & (down < box[3])
    return ~(in_rows[:, None] & in_columns[None, :])


def _alike(one: Patch, other: Patch) -> float:
    """The correlation of two patches, -1 to 1; 0 when one is without contrast."""
    a, b = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 1e-6 else 0.0


def _part(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    left, top = min(int(box[0] * width), width - 1), min(int(box[1] * height), height - 1)
    right, bottom = max(round(box[2] * width), left + 1), max(round(box[3] * height), top + 1)
    return pixels[top:bottom, left:right]


def _patch(grey: NDArray[np.uint8], box: Box) -> tuple[Patch, float]:
    small = cv2.resize(_part(grey, box), (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    contrast = float(small.std())
    return np.asarray((small - small.mean()) / max(contrast, 1.0), np.float32), contrast


def _colours(bgr: Pixels) -> Patch:
    small = cv2.resize(bgr, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    hue, saturation, _ = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2HSV))
    bins = np.where(saturation >= COLOURED, hue.astype(np.int64) * HUES // 180, HUES)
    return np.asarray(np.bincount(bins.ravel(), minlength=HUES + 1) / bins.size, np.float32)
