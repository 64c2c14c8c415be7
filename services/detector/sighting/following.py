"""One picture beside what is known of its camera: what began, arrived, stayed, was missed or has gone. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.core.polygon import Box
from services.detector.labels import group
from services.detector.sighting.box import inside, overlap
from services.detector.sighting.looks import Looks, Scene, Standing, standing
from services.detector.sighting.matching import FIRM, LIVING, LONG, Place, Subject, pair, part_of
from services.detector.sighting.presence import Thing, begin, find_again, miss, see
from services.store.detection import Found
from services.store.reasons import BELOW_SCORE
from services.store.sighting import Candidate, Changes, Membership, Sighting, Watch

HIDDEN = 0.25


@dataclass(frozen=True)
class Sight:
    """What a picture shows: its detections, also those that were dropped, and a small copy of itself."""

    found: Sequence[Found]
    scene: Scene

    def looks(self, box: Box) -> Looks | None:
        """How a part of it looks; None in the dark."""
        return None if self.scene.is_dark else self.scene.cut(box)


def follow(sight: Sight, watch: Watch) -> Changes:
    """What the picture changes. Nothing is looked up and nothing is kept: the answer depends on these two alone."""
    kept = {number: one for number, one in enumerate(sight.found) if one.dropped_because is None}
    subjects = [Subject(one.label, one.box, sight.looks(one.box)) for one in kept.values()]
    places = [_place(one, sight, watch) for one in watch.candidates]
    pairs = pair(subjects, places)
    things = [_thing(one, subject) for one, subject in zip(kept.values(), subjects, strict=True)]
    seen = {index: _seen(places[index], things[number], watch) for number, index in pairs.items()}
    wholes = _wholes(subjects, pairs, places)
    begun = {
        number: begin(thing, watch)
        for number, thing in enumerate(things)
        if number not in pairs and number not in wholes
    }
    of = begun | {number: seen[index] for number, index in (pairs | wholes).items()}
    members = {ordinal: _membership(of[number], watch, number in wholes) for number, ordinal in enumerate(kept)}
    missed = {index: _missed(place, sight, watch) for index, place in enumerate(places) if index not in seen}
    return Changes(members, list(begun.values()), _changed(places, seen | missed), _departed(places, missed))


def _place(candidate: Candidate, sight: Sight, watch: Watch) -> Place:
    one, at = candidate.sighting, watch.picture.captured_at
    looks = Looks.unpack(one.looks)
    late = at < one.last_seen_at or (watch.late and one.departed_at is not None)
    stands: Standing = "unsure" if late else _standing(one, looks, sight)
    if stands == "same" and _must_be_detected(candidate, watch):
        stands = "unsure"
    return Place(candidate, looks, stands, abs(at - candidate.near.at), late)


def _must_be_detected(candidate: Candidate, watch: Watch) -> bool:
    """Looks are not enough: detectors find the living, and a wall that resembles one would stay for ever."""
    one, earlier = candidate.sighting, candidate.earlier
    if one.label not in LIVING:
        return False
    return not one.still or earlier is None or watch.picture.captured_at - earlier.at > LONG


def _standing(one: Sighting, looks: Looks | None, sight: Sight) -> Standing:
    """A weak detection at the place is as good as its looks; of what is hidden by another nothing is to be said."""
    if any(_is_faintly(one, found) for found in sight.found):
        return "same"
    now = sight.looks(one.box)
    if now is None:
        return "dark"
    if looks is None:
        return "unsure"
    seems = standing(looks, now, one.box)
    is_hidden = any(inside(one.box, found.box) >= HIDDEN for found in sight.found)
    return "unsure" if seems == "other" and is_hidden else seems


def _is_faintly(one: Sighting, found: Found) -> bool:
    is_weak = found.dropped_because == BELOW_SCORE
    return is_weak and group(found.label) == group(one.label) and overlap(found.box, one.box) >= FIRM


def _thing(found: Found, subject: Subject) -> Thing:
    return Thing(found.label, found.score, found.box, subject.looks.pack() if subject.looks else None)


def _seen(place: Place, thing: Thing, watch: Watch) -> Sighting:
    candidate = place.candidate
    if place.is_over and not place.late:
        return find_again(candidate.sighting, thing, watch)
    return see(candidate.sighting, thing, candidate.earlier, watch)


def _missed(place: Place, sight: Sight, watch: Watch) -> Sighting:
    """A late picture in which a thing is not says nothing: newer ones have been looked at for it."""
    one = place.candidate.sighting
    if place.late or place.is_over or watch.late:
        return one
    now = sight.looks(one.box)
    return miss(one, place.standing, now.pack() if now else one.looks, watch)


def _wholes(subjects: Sequence[Subject], pairs: Mapping[int, int], places: Sequence[Place]) -> dict[int, int]:
    """The place of each subject that is a second box of a thing which is seen in the same picture."""
    present = {index: places[index] for index in pairs.values() if not places[index].late}
    found = {number: part_of(one, present) for number, one in enumerate(subjects) if number not in pairs}
    return {number: index for number, index in found.items() if index is not None}


def _membership(one: Sighting, watch: Watch, is_part: bool) -> Membership:
    arrival = one.arrival_image_id == watch.picture.image_id and not is_part
    return Membership(one.id, arrival, one.images)


def _changed(places: Sequence[Place], after: Mapping[int, Sighting]) -> list[Sighting]:
    return [after[index] for index, place in enumerate(places) if after[index] != place.candidate.sighting]


def _departed(places: Sequence[Place], missed: Mapping[int, Sighting]) -> list[Sighting]:
    """Those that this picture showed to have gone; what never arrived does not depart."""
    return [one for index, one in missed.items() if one.departed_at and one.arrived_at and not places[index].is_over]
