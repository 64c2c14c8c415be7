"""The life of one sighting: it begins, arrives, stays, is missed, departs, is found again. Pure.

Moments are the pictures' own (when they were captured), so that nothing depends on how soon they are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.core.ids import new_id
from services.core.polygon import Box
from services.detector.sighting.box import overlap
from services.detector.sighting.looks import Standing
from services.store.sighting import Sighting, Spot, Watch

LOOKS_KEPT = 20
SHORTEST = timedelta(seconds=10)
LONGEST = timedelta(minutes=10)
UNSEEN = timedelta(minutes=5)
"""What moves has departed when no picture at all was looked at for so long."""
MISSES = 2
STAYS = 0.6
MOVES = 0.35


@dataclass(frozen=True)
class Thing:
    """A kept detection as a sighting takes it up; `looks` packed, None where the picture is too dark to tell."""

    label: str
    score: float
    box: Box
    looks: bytes | None


def begin(thing: Thing, watch: Watch) -> Sighting:
    """A sighting of one picture."""
    picture = watch.picture
    one = Sighting(
        id=new_id(),
        camera_id=picture.camera_id,
        label=thing.label,
        began_at=picture.captured_at,
        arrived_at=None,
        last_seen_at=picture.captured_at,
        departed_at=None,
        expires_at=picture.now + UNSEEN,
        images=1,
        missed=0,
        recent=1,
        still=False,
        box=thing.box,
        looks=thing.looks,
        first_image_id=picture.image_id,
        arrival_image_id=None,
        last_image_id=picture.image_id,
        best_image_id=picture.image_id,
        best_score=thing.score,
        departure_judged_at=None,
    )
    return _arrive(one, watch)


def see(one: Sighting, thing: Thing, earlier: Spot | None, watch: Watch) -> Sighting:
    """It is in this picture, too; `earlier` is where it was ten seconds before."""
    picture = watch.picture
    seen = replace(one, images=one.images + 1, recent=_noted(one.recent, seen=True))
    if thing.score > one.best_score:
        seen = replace(seen, best_score=thing.score, best_image_id=picture.image_id)
    if picture.captured_at < one.began_at:
        seen = replace(seen, began_at=picture.captured_at, first_image_id=picture.image_id)
    if picture.captured_at >= one.last_seen_at:
        seen = _last(replace(seen, still=is_still(one.still, earlier, thing.box)), thing, watch)
    return _arrive(seen, watch)


def miss(one: Sighting, standing: Standing, looks: bytes | None, watch: Watch) -> Sighting:
    """No detection of it is in this picture; `standing` is what its place looks like, `looks` how it does now."""
    picture = watch.picture
    if standing == "dark" and one.still:
        return one
    if standing == "same":
        there = replace(one, last_seen_at=picture.captured_at, last_image_id=picture.image_id, missed=0, looks=looks)
        return replace(there, recent=_noted(one.recent, seen=False), expires_at=_unseen_until(one.still, watch))
    missed = replace(one, missed=one.missed + 1, recent=_noted(one.recent, seen=False))
    is_gone = standing == "other" or not one.still
    patience = SHORTEST if is_gone else patience_with(one.last_seen_at - one.began_at)
    unseen_for = picture.captured_at - one.last_seen_at
    if missed.missed < _misses_needed(one, watch):
        return replace(missed, expires_at=None if one.still else picture.now + max(UNSEEN - unseen_for, timedelta()))
    if unseen_for <= patience:
        return replace(missed, expires_at=picture.now + (patience - unseen_for))
    return depart(replace(missed, expires_at=None if is_gone else picture.now), watch)


def depart(one: Sighting, watch: Watch) -> Sighting:
    """It has gone, when it was last seen. Nobody is to judge what nobody asks about, or what never arrived."""
    is_asked = one.arrived_at is not None and one.label in watch.departure_labels
    judged_at = None if is_asked else watch.picture.now
    return replace(one, departed_at=one.last_seen_at, departure_judged_at=judged_at)


def find_again(one: Sighting, thing: Thing, watch: Watch) -> Sighting:
    """It was lost from sight, and has never gone."""
    back = replace(one, departed_at=None, departure_judged_at=None)
    return see(back, thing, Spot(one.last_seen_at, one.box), watch)


def is_still(was_still: bool, earlier: Spot | None, box: Box) -> bool:
    """Whether it stays where it is. Boxes of the same thing differ a little, so that a change needs more."""
    if earlier is None:
        return was_still
    return overlap(earlier.box, box) >= (MOVES if was_still else STAYS)


def patience_with(presence: timedelta) -> timedelta:
    """How long a still thing may be out of sight: half of the time that it has been there, 10 s to 10 min."""
    return min(max(presence / 2, SHORTEST), LONGEST)


def has_arrived(recent: int, seen_in: int, seen_of: int) -> bool:
    """Whether it was seen in so many of the last pictures; `recent` has a bit for each, the newest lowest."""
    return (recent & ((1 << seen_of) - 1)).bit_count() >= seen_in


def _arrive(one: Sighting, watch: Watch) -> Sighting:
    if one.arrived_at is not None or not has_arrived(one.recent, watch.seen_in, watch.seen_of):
        return one
    return replace(one, arrived_at=watch.picture.captured_at, arrival_image_id=watch.picture.image_id)


def _last(one: Sighting, thing: Thing, watch: Watch) -> Sighting:
    picture = watch.picture
    last = replace(
        one,
        last_seen_at=picture.captured_at,
        last_image_id=picture.image_id,
        missed=one.missed if watch.late else 0,
        box=thing.box,
        looks=thing.looks or one.looks,
    )
    if one.departed_at is not None:
        return replace(last, departed_at=picture.captured_at)
    return replace(last, expires_at=_unseen_until(last.still, watch))


def _unseen_until(still: bool, watch: Watch) -> datetime | None:
    return None if still else watch.picture.now + UNSEEN


def _misses_needed(one: Sighting, watch: Watch) -> int:
    """What has not arrived may still do so as long as its first pictures count."""
    return MISSES if one.arrived_at else max(MISSES, watch.seen_of)


def _noted(recent: int, seen: bool) -> int:
    return (recent << 1 | seen) & ((1 << LOOKS_KEPT) - 1)
