"""Which detections count. The others are kept with the reason, so that people see why they were not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.detector.plugin import Detection

DEFAULT_MIN_SCORE = 0.40
LABEL_NOT_WANTED = "label not wanted"
BELOW_SCORE = "below score"


@dataclass(frozen=True)
class Rules:
    """What one camera wants. `wanted` None means every label; `min_score` holds the labels that differ."""

    wanted: frozenset[str] | None = None
    min_score: Mapping[str, float] = field(default_factory=dict)
    default_min_score: float = DEFAULT_MIN_SCORE

    def needed(self, label: str) -> float:
        """Return the score that a detection of this label must reach."""
        return self.min_score.get(label, self.default_min_score)

    def lowest(self) -> float:
        """Return the lowest score that any label may have and still count."""
        return min(self.default_min_score, *self.min_score.values(), 1.0)


@dataclass(frozen=True)
class Judged:
    """A detection and why it does not count, or None if it does."""

    detection: Detection
    dropped_because: str | None = None


def judge(detections: Iterable[Detection], rules: Rules) -> list[Judged]:
    """Return every detection, in order, each with the first reason against it, if there is one."""
    return [Judged(detection, _reason_against(detection, rules)) for detection in detections]


def _reason_against(detection: Detection, rules: Rules) -> str | None:
    if rules.wanted is not None and detection.label not in rules.wanted:
        return LABEL_NOT_WANTED
    if detection.score < rules.needed(detection.label):
        return BELOW_SCORE
    return None
