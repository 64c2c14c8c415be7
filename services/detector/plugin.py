"""What a detector is: the seam between the service and whatever finds things in pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.core.polygon import Box

Pixels = NDArray[np.uint8]
"""A picture as (height, width, 3), uint8, in the order blue, green, red."""


@dataclass(frozen=True)
class Detection:
    """One thing found. `label` is canonical (`labels`), `raw_label` is what the model itself called it."""

    label: str
    score: float
    box: Box
    raw_label: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """A picture to look at. `crop` says which part of the full frame `bgr` is, or None for all of it."""

    bgr: Pixels
    camera_id: str
    timestamp: datetime
    crop: Box | None = None

    def __post_init__(self) -> None:
        if self.timestamp.tzinfo is None:
            raise ValueError("a frame's timestamp needs a time zone")


class Detector(Protocol):
    """Finds things in frames.

    `name` and `version` of the model go with each detection. `labels` are those that it can find. `input_size` is
    the (width, height) at which it looks, None for any: a plug-in is given pictures of just that size. `max_batch`
    is how many it takes in one call. `remote` says that pictures leave this machine.
    """

    name: str
    version: str
    labels: frozenset[str]
    input_size: tuple[int, int] | None
    max_batch: int
    remote: bool

    def warmup(self) -> None:
        """Do once what makes the first look slow."""

    def detect(self, frames: Sequence[Frame], min_score: float) -> list[list[Detection]]:
        """Return what is in each frame, in the order of the frames, scored `min_score` or more.

        Raises DetectorError if it cannot look, with the reason in words.
        """

    def close(self) -> None:
        """Give back what is held; the detector is not used afterwards."""


class DetectorError(Exception):
    """A detector could not look at a picture; the text says why, for people."""


class Unavailable(DetectorError):
    """A remote detector cannot look at a picture, so another one should; the text says why, for people."""
