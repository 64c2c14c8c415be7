"""Detections and the outcome of a look: written in one transaction, and read back to be told again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from services.core.clock import Clock
from services.core.messages import ImageDetected, Message, Seen
from services.store import sighting
from services.store.sighting import Changes, Follow, Membership, Picture, Sighting
from services.store.tables import detection, detection_zone, image, zone
from services.store.work import failed_values
from services.store.zone import ZoneRef, still_there

PLACE_MAX = 65535
"""More pictures of one sighting than the column counts have all the last place."""


@dataclass(frozen=True)
class Found:
    """One thing that a model saw; `box` is x1, y1, x2, y2 as shares (0–1) of the picture.

    `dropped_because` None means that it was kept. `sighting_id`, `arrival` and `place` say which sighting it is a
    part of, whether it settled that this has arrived, and the how-manyth picture of it this is, from 1.
    """

    label: str
    score: float
    box: tuple[float, float, float, float]
    dropped_because: str | None = None
    sighting_id: str | None = None
    arrival: bool = False
    place: int = 0
    zones: tuple[ZoneRef, ...] = ()

    def seen(self) -> Seen:
        """What messages say of it."""
        return Seen(
            label=self.label,
            score=self.score,
            box=self.box,
            sighting_id=self.sighting_id,
            arrival=self.arrival,
            place=self.place,
            zones=[one.name for one in self.zones],
        )


@dataclass(frozen=True)
class Outcome:
    """What came of one picture. `error` says in words why it failed; then the model's fields are None.

    `follow` tells which sightings its detections are parts of; without it they are parts of none.
    """

    image_id: str
    camera_id: str
    captured_at: datetime
    received_at: datetime
    error: str | None = None
    found: list[Found] = field(default_factory=list)
    model: str | None = None
    model_version: str | None = None
    took_ms: float | None = None
    fell_back_because: str | None = None
    follow: Follow | None = field(default=None, compare=False, repr=False)

    @property
    def kept(self) -> list[Found]:
        """What counts, strongest first."""
        return [one for one in self.found if one.dropped_because is None]

    def message(self, clock: Clock, src: str) -> ImageDetected:
        """The bell for it."""
        return ImageDetected.make(
            clock,
            src,
            image_id=self.image_id,
            camera_id=self.camera_id,
            captured_at=self.captured_at,
            received_at=self.received_at,
            outcome="failed" if self.error else "detected",
            detections=[one.seen() for one in self.kept],
            model=self.model,
            model_version=self.model_version,
            took_ms=self.took_ms,
            fell_back_because=self.fell_back_because,
            error=self.error,
        )


@dataclass(frozen=True)
class Recorded:
    """What was written: the outcome with its sightings, and those that arrived or departed by it."""

    outcome: Outcome
    arrived: Sequence[Sighting] = ()
    departed: Sequence[Sighting] = ()

    def messages(self, clock: Clock, src: str) -> list[Message]:
        """The bells for all of it."""
        zones = {one.sighting_id: [ref.name for ref in one.zones] for one in self.outcome.kept if one.arrival}
        arrived = [
            sighting.arrived(one, self.outcome.image_id, zones.get(one.id, []), clock, src) for one in self.arrived
        ]
        departed = [sighting.departed(one, clock, src) for one in self.departed]
        return [self.outcome.message(clock, src), *arrived, *departed]


def record(connection: Connection, outcome: Outcome, worker: str, at: datetime) -> Recorded | None:
    """Writes the outcome of a picture that `worker` has claimed, with all of its detections and their sightings.

    None, and nothing is written, when the claim is not the worker's any more.
    """
    values = failed_values(at, outcome.error) if outcome.error else _detected_values(outcome, at)
    ours = (image.c.id == outcome.image_id, image.c.state == "detecting", image.c.claimed_by == worker)
    if connection.execute(update(image).where(*ours).values(**values)).rowcount != 1:
        return None
    changes = _followed(connection, outcome, at)
    sighting.write(connection, changes)
    written = replace(outcome, found=[_member(one, changes.members.get(n)) for n, one in enumerate(outcome.found)])
    if written.found:
        connection.execute(insert(detection), _rows(written))
        _write_zones(connection, written)
    rows = {one.id: one for one in (*changes.begun, *changes.changed)}
    sighting.name_anew(connection, _otherwise_named(written, rows))
    arrived = [one for one in rows.values() if one.arrival_image_id == outcome.image_id]
    sighting.arrive(connection, [one.id for one in arrived], at)
    return Recorded(written, arrived, changes.departed)


def outcomes(connection: Connection, image_ids: Sequence[str]) -> list[Outcome]:
    """The outcomes of pictures that have one, rebuilt from their rows with what was kept."""
    if not image_ids:
        return []
    kept = _kept(connection, image_ids)
    columns = (
        image.c.id,
        image.c.camera_id,
        image.c.captured_at,
        image.c.received_at,
        image.c.error,
        image.c.model,
        image.c.model_version,
        image.c.took_ms,
        image.c.fell_back_because,
    )
    finished = image.c.id.in_(image_ids) & image.c.state.in_(("detected", "failed"))
    rows = connection.execute(select(*columns).where(finished))
    return [
        Outcome(
            image_id=row.id,
            camera_id=row.camera_id,
            captured_at=row.captured_at,
            received_at=row.received_at,
            error=row.error,
            found=kept[row.id],
            model=row.model,
            model_version=row.model_version,
            took_ms=row.took_ms,
            fell_back_because=row.fell_back_because,
        )
        for row in rows
    ]


def best_of_each_label(found: Iterable[Found]) -> set[int]:
    """The places of the strongest kept one of each label, in a list that begins with the strongest."""
    first: dict[str, int] = {}
    for place, one in enumerate(found):
        if one.dropped_because is None:
            first.setdefault(one.label, place)
    return set(first.values())


def _followed(connection: Connection, outcome: Outcome, at: datetime) -> Changes:
    if outcome.follow is None or outcome.error:
        return Changes()
    picture = Picture(outcome.image_id, outcome.camera_id, outcome.captured_at, at)
    return outcome.follow(sighting.watch(connection, picture))


def _otherwise_named(outcome: Outcome, rows: Mapping[str, Sighting]) -> set[str]:
    """Sightings with a detection that has another label than they have."""
    theirs = [(rows.get(one.sighting_id or ""), one.label) for one in outcome.kept]
    return {one.id for one, label in theirs if one and one.label != label}


def _member(found: Found, of: Membership | None) -> Found:
    if of is None:
        return found
    return replace(found, sighting_id=of.sighting_id, arrival=of.arrival, place=of.place)


def _detected_values(outcome: Outcome, at: datetime) -> dict[str, Any]:
    return {
        "state": "detected",
        "detected_at": at,
        "judged_at": None if outcome.kept else at,
        "model": outcome.model,
        "model_version": outcome.model_version,
        "took_ms": outcome.took_ms,
        "fell_back_because": outcome.fell_back_because,
        "claimed_by": None,
        "claim_expires_at": None,
    }


def _rows(outcome: Outcome) -> list[dict[str, Any]]:
    best = best_of_each_label(outcome.found)
    return [
        {
            "image_id": outcome.image_id,
            "ordinal": ordinal,
            "camera_id": outcome.camera_id,
            "captured_at": outcome.captured_at,
            "label": one.label,
            "score": one.score,
            "x1": one.box[0],
            "y1": one.box[1],
            "x2": one.box[2],
            "y2": one.box[3],
            "model": outcome.model,
            "model_version": outcome.model_version,
            "dropped_because": one.dropped_because,
            "best": ordinal in best,
            "sighting_id": one.sighting_id,
            "arrival": one.arrival,
            "place": min(one.place, PLACE_MAX),
        }
        for ordinal, one in enumerate(outcome.found)
    ]


def _write_zones(connection: Connection, outcome: Outcome) -> None:
    """One row a zone, of the strongest in it; none for a zone that was deleted during the look."""
    strongest: dict[str, int] = {}
    for ordinal, one in enumerate(outcome.found):
        for ref in one.zones:
            strongest.setdefault(ref.id, ordinal)
    there = still_there(connection, strongest)
    if there:
        same = {"image_id": outcome.image_id, "captured_at": outcome.captured_at}
        rows = [{**same, "zone_id": zone_id, "ordinal": strongest[zone_id]} for zone_id in sorted(there)]
        connection.execute(insert(detection_zone), rows)


def _zones(connection: Connection, image_ids: Sequence[str]) -> dict[tuple[str, int], tuple[ZoneRef, ...]]:
    """The zones by (image id, ordinal); of several detections in a zone, only the strongest is known to be there."""
    query = (
        select(detection_zone.c.image_id, detection_zone.c.ordinal, zone.c.id, zone.c.name)
        .join(zone, zone.c.id == detection_zone.c.zone_id)
        .where(detection_zone.c.image_id.in_(image_ids))
        .order_by(zone.c.name)
    )
    refs: dict[tuple[str, int], tuple[ZoneRef, ...]] = defaultdict(tuple)
    for image_id, ordinal, zone_id, name in connection.execute(query):
        refs[image_id, ordinal] += (ZoneRef(zone_id, name),)
    return refs


def _kept(connection: Connection, image_ids: Sequence[str]) -> dict[str, list[Found]]:
    refs = _zones(connection, image_ids)
    query = (
        select(detection)
        .where(detection.c.image_id.in_(image_ids), detection.c.dropped_because.is_(None))
        .order_by(detection.c.image_id, detection.c.ordinal)
    )
    kept: dict[str, list[Found]] = defaultdict(list)
    for row in connection.execute(query):
        found = Found(
            row.label,
            row.score,
            (row.x1, row.y1, row.x2, row.y2),
            sighting_id=row.sighting_id,
            arrival=row.arrival,
            place=row.place,
            zones=refs[row.image_id, row.ordinal],
        )
        kept[row.image_id].append(found)
    return kept
