"""From pictures that were looked at to how long that took, and how often the local model stood in. Pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any


@dataclass(frozen=True)
class Pace:
    """What one model took for a picture, in milliseconds, and its newest one's capture, aware UTC."""

    model: str
    version: str
    pictures: int
    p50_ms: float
    p95_ms: float
    newest_at: datetime


@dataclass(frozen=True)
class FallBack:
    """Why the local model stood in for the remote one, how often, and the newest such picture."""

    because: str
    pictures: int
    newest_at: datetime
    newest_id: str


def paces(looked: Iterable[Any]) -> list[Pace]:
    """Each model that has looked at these pictures, which come newest first; the one in use first."""
    by_model: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in looked:
        by_model[one.model or "", one.model_version or ""].append(one)
    return [_pace(*named, some) for named, some in by_model.items()]


def _pace(model: str, version: str, pictures: Sequence[Any]) -> Pace:
    took = sorted(one.took_ms for one in pictures)
    return Pace(model, version, len(took), _slower(took, 0.5), _slower(took, 0.95), pictures[0].captured_at)


def _slower(took: Sequence[float], share: float) -> float:
    """What that share of them took at most."""
    return took[max(0, ceil(share * len(took)) - 1)]


def fall_backs(looked: Iterable[Any]) -> list[FallBack]:
    """Why the local model stood in, the most frequent reason first; the pictures come newest first."""
    reasons: dict[str, list[Any]] = defaultdict(list)
    for one in looked:
        if one.fell_back_because:
            reasons[one.fell_back_because].append(one)
    found = [FallBack(why, len(some), some[0].captured_at, some[0].id) for why, some in reasons.items()]
    return sorted(found, key=lambda one: one.pictures, reverse=True)
