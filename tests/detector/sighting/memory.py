"""A camera that is remembered in memory as the store does in rows, and drawn scenes for it to look at."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import cv2
import numpy as np

from services.core.ids import new_id
from services.core.polygon import Box
from services.detector.plugin import Pixels
from services.detector.sighting.following import Sight, follow
from services.detector.sighting.looks import Scene
from services.store.detection import Found
from services.store.sighting import RETURN, SETTLE, SPAN, Candidate, Changes, Picture, Sighting, Spot, Watch
from tests.pictures import NOON

CAR: Box = (0.3, 0.5, 0.55, 0.7)


def street(width: int = 320, height: int = 240, seed: int = 1) -> Pixels:
    """A view with texture: soft spots of light and dark, as trees and walls make them."""
    rough = np.random.default_rng(seed).integers(30, 220, (height // 10, width // 10, 3), np.uint8)
    return np.asarray(cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def put(view: Pixels, box: Box, seed: int = 7) -> Pixels:
    """The view with a thing in it; another seed is another thing."""
    height, width = view.shape[:2]
    x1, y1, x2, y2 = (round(edge * side) for edge, side in zip(box, (width, height) * 2, strict=True))
    rough = np.random.default_rng(seed).integers(0, 255, (4, 6, 3), np.uint8)
    made = view.copy()
    made[y1:y2, x1:x2] = cv2.resize(rough, (x2 - x1, y2 - y1), interpolation=cv2.INTER_LINEAR)
    return made


def lit(view: Pixels, gain: float, offset: float = 0.0, noise: float = 0.0, seed: int = 0) -> Pixels:
    """The view in another light, with the noise (grey levels) of a sensor."""
    rough = np.random.default_rng(seed).normal(0, noise, view.shape) if noise else 0.0
    return np.asarray(np.clip(view * gain + offset + rough, 0, 255), np.uint8)


@dataclass
class Remembered:
    """One camera: what was seen of it so far."""

    seen_in: int = 1
    seen_of: int = 1
    departure_labels: frozenset[str] = frozenset()
    sightings: dict[str, Sighting] = field(default_factory=dict)
    spots: dict[str, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    newest: datetime = NOON - timedelta(days=1)
    view: Pixels = field(default_factory=street)

    def look(self, seconds: float, *found: Found, view: Pixels | None = None) -> Changes:
        """A picture so many seconds after noon, with these detections."""
        at = NOON + timedelta(seconds=seconds)
        sight = Sight(found, Scene.of(self.view if view is None else view))
        changes = follow(sight, self.watch(at))
        for one in (*changes.begun, *changes.changed):
            self.sightings[one.id] = one
        for ordinal, member in changes.members.items():
            self.spots[member.sighting_id].append(Spot(at, found[ordinal].box))
        self.newest = max(self.newest, at)
        return changes

    def watch(self, at: datetime) -> Watch:
        """What the store would know."""
        late = at < self.newest
        near = [self._candidate(one, at) for one in self.sightings.values() if _is_near(one, at, late)]
        picture = Picture(new_id(), "street", at, at)
        return Watch(picture, self.seen_in, self.seen_of, self.departure_labels, late, near)

    @property
    def visits(self) -> list[Sighting]:
        """What has arrived."""
        return [one for one in self.sightings.values() if one.arrived_at]

    def _candidate(self, one: Sighting, at: datetime) -> Candidate:
        spots = sorted(self.spots[one.id], key=lambda spot: spot.at)
        last = Spot(one.last_seen_at, one.box)
        near = min([last, *spots], key=lambda spot: abs(spot.at - at)) if at < last.at else last
        before = [spot for spot in spots if spot.at <= at - SETTLE and one.departed_at is None]
        return Candidate(one, near, before[-1] if before else None)


def _is_near(one: Sighting, at: datetime, late: bool) -> bool:
    if one.departed_at is None:
        return True
    if late:
        return one.departed_at >= at - SPAN and one.began_at <= at + SPAN
    return one.still and one.expires_at is not None and one.departed_at >= at - RETURN


def car(box: Box = CAR, score: float = 0.8, label: str = "car", dropped: str | None = None) -> Found:
    """A detection."""
    return Found(label, score, box, dropped)


def person(x: float, y: float = 0.6, score: float = 0.8) -> Found:
    """Somebody whose middle is there, a third of the picture high."""
    return Found("person", score, (x - 0.05, y - 0.16, x + 0.05, y + 0.16))
