"""Which detection belongs to which sighting: the likeliest pairs first, each once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.core.polygon import Box
from services.detector.labels import group
from services.detector.sighting.box import apart, inside, likeness_of_size, overlap
from services.detector.sighting.looks import Looks, Standing, is_alike, resemblance
from services.store.sighting import Candidate

TOUCHES = 0.1
FIRM = 0.4
PART = 0.8
BACK = 0.5
REACH = 0.5
REACH_PER_S = 2.0
FARTHEST = 4.0
SIMILAR_SIZE = 1 / 4
CLOSE_IN_TIME = timedelta(seconds=10)
LONG = timedelta(minutes=5)
LIVING = frozenset(
    {"person", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """A detection beside the sightings; `looks` None where the picture is too dark to tell."""

    label: str
    box: Box
    looks: Looks | None


@dataclass(frozen=True)
class Place:
    """A sighting beside the detections: how it looked, and what its place looks like in this picture.

    `gap` is the time between the picture and the nearest one that it is in. `late` says that the picture is an old
    one, or the sighting over and the picture from its time.
    """

    candidate: Candidate
    looks: Looks | None
    standing: Standing
    gap: timedelta
    late: bool

    @property
    def is_over(self) -> bool:
        """It has departed."""
        return self.candidate.sighting.departed_at is not None


def pair(subjects: Sequence[Subject], places: Sequence[Place]) -> dict[int, int]:
    """The place of each subject that has one; open sightings come before those that are over."""
    found = [
        (not place.is_over, score, -number, -index)
        for number, subject in enumerate(subjects)
        for index, place in enumerate(places)
        if (score := likelihood(subject, place)) is not None
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, index in sorted(found, reverse=True):
        if -number not in pairs and -index not in taken:
            pairs[-number] = -index
            taken.add(-index)
    return pairs


def part_of(subject: Subject, present: Mapping[int, Place]) -> int | None:
    """The still thing, seen in the same picture, that this is only a part of: a second box of it, or None."""
    for index, place in present.items():
        one = place.candidate.sighting
        if one.still and group(one.label) == group(subject.label) and inside(subject.box, one.box) >= PART:
            return index
    return None


def likelihood(subject: Subject, place: Place) -> float | None:
    """How likely they are the same thing, more than 0; None when they cannot be."""
    one = place.candidate.sighting
    if group(one.label) != group(subject.label):
        return None
    if place.late:
        score = _if_late(subject, place)
    elif place.is_over:
        score = _if_lost(subject, place)
    elif one.still:
        score = _if_still(subject, place)
    else:
        score = _if_moving(subject, place)
    return None if score is None else score + 0.3 * _resemblance(subject, place)


def _if_moving(subject: Subject, place: Place) -> float | None:
    box = place.candidate.near.box
    if likeness_of_size(subject.box, box) < SIMILAR_SIZE:
        return None
    over = overlap(subject.box, box)
    if over >= TOUCHES:
        return 1 + over
    reach = min(REACH + REACH_PER_S * place.gap.total_seconds(), FARTHEST)
    away = apart(subject.box, box)
    return 1 - away / (reach + 1) if away <= reach else None


def _if_still(subject: Subject, place: Place) -> float | None:
    """What stands may be another thing than what stood there long ago; what goes leaves its place looking different."""
    living = subject.label in LIVING
    firm = _firm(subject, place)
    if firm is not None:
        is_strange = living and place.gap > LONG and not _may_be(subject, place)
        return None if is_strange else firm
    if place.gap > LONG or place.standing == "same":
        return None
    may_go = living or place.standing == "other" or overlap(subject.box, place.candidate.near.box) >= TOUCHES
    return _if_moving(subject, place) if may_go else None


def _if_lost(subject: Subject, place: Place) -> float | None:
    if overlap(subject.box, place.candidate.near.box) < BACK:
        return None
    if subject.label in LIVING:
        return _firm(subject, place) if _may_be(subject, place) else None
    return _firm(subject, place) if place.standing != "other" else None


def _if_late(subject: Subject, place: Place) -> float | None:
    return _if_moving(subject, place) if place.gap <= CLOSE_IN_TIME else _firm(subject, place)


def _firm(subject: Subject, place: Place) -> float | None:
    box = place.candidate.near.box
    over = overlap(subject.box, box)
    is_part = max(inside(subject.box, box), inside(box, subject.box)) >= PART
    is_like = likeness_of_size(subject.box, box) >= SIMILAR_SIZE
    return 1 + over if over >= FIRM or (is_part and is_like) else None


def _may_be(subject: Subject, place: Place) -> bool:
    return subject.looks is not None and place.looks is not None and is_alike(subject.looks, place.looks)


def _resemblance(subject: Subject, place: Place) -> float:
    return resemblance(subject.looks, place.looks) if subject.looks and place.looks else 0.0
