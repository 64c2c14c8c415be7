"""Reads the answer of Amazon Rekognition's DetectLabels.

Format: `Labels`, each with a `Name` and `Instances`; an instance has a `Confidence` in percent and a `BoundingBox` of
`Left`, `Top`, `Width`, `Height` in shares of the picture. A label without instances is about the whole picture
("Outdoors", "Night") and has no box: it is no detection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.core.polygon import Box
from services.detector.labels import canonical
from services.detector.plugin import Detection, Unavailable


def detections(answer: Mapping[str, Any], min_score: float) -> list[Detection]:
    """Return every thing with a box that scores `min_score` or more.

    Raises Unavailable where the answer is not of that form.
    """
    try:
        found = [
            _detection(str(label["Name"]), instance) for label in answer["Labels"] for instance in _instances(label)
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise Unavailable("Amazon Rekognition gave an answer that cannot be read") from problem
    return [one for one in found if one.score >= min_score]


def _instances(label: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return label.get("Instances") or []


def _detection(name: str, instance: Mapping[str, Any]) -> Detection:
    return Detection(canonical(name, "rekognition"), _share(instance["Confidence"] / 100), _box(instance), name)


def _box(instance: Mapping[str, Any]) -> Box:
    box = instance["BoundingBox"]
    left, top = float(box["Left"]), float(box["Top"])
    # Boxes of things at the edge reach a little beyond it.
    return _share(left), _share(top), _share(left + float(box["Width"])), _share(top + float(box["Height"]))


def _share(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)
