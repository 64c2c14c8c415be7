"""From what a look found to what is written. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.detector.filters import Judged
from services.store.detection import Found, Outcome
from services.store.work import Job

LABEL_MAX = 64
MODEL_MAX = 64
REASON_MAX = 300


@dataclass(frozen=True)
class Look:
    """What looked, how long it took (milliseconds, decoding included), and for which reason it stood in for another."""

    model: str
    version: str
    took_ms: float
    fell_back_because: str | None = None


def seen(job: Job, judged: Sequence[Judged], look: Look) -> Outcome:
    """The outcome of a look that worked, strongest first. What no row can hold is left out: see `refused`."""
    usable = [_found(one) for one in judged if is_usable(one)]
    return Outcome(
        image_id=job.image_id,
        camera_id=job.camera_id,
        captured_at=job.captured_at,
        received_at=job.received_at,
        found=sorted(usable, key=lambda one: -one.score),
        model=look.model[:MODEL_MAX],
        model_version=look.version[:MODEL_MAX],
        took_ms=look.took_ms,
        fell_back_because=look.fell_back_because and look.fell_back_because[:REASON_MAX],
    )


def failed(job: Job, why: str) -> Outcome:
    """The outcome of a picture that cannot be looked at, and never will be."""
    return Outcome(
        image_id=job.image_id,
        camera_id=job.camera_id,
        captured_at=job.captured_at,
        received_at=job.received_at,
        error=why,
    )


def refused(judged: Sequence[Judged]) -> int:
    """How many detections are no detections: no area, outside of the picture, or not a number."""
    return sum(not is_usable(one) for one in judged)


def is_usable(one: Judged) -> bool:
    """Whether a row can hold it. Columns are 32-bit, so a sliver may have lost its area there."""
    x1, y1, x2, y2 = np.array(one.detection.box, np.float32)
    score = np.float32(one.detection.score)
    return bool(0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1 and 0 <= score <= 1 and one.detection.label)


def _found(one: Judged) -> Found:
    x1, y1, x2, y2 = (float(edge) for edge in one.detection.box)
    return Found(
        label=one.detection.label[:LABEL_MAX],
        score=float(one.detection.score),
        box=(x1, y1, x2, y2),
        dropped_because=one.dropped_because,
        zones=one.zones,
    )
