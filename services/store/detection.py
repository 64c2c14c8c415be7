"""Detections and the outcome of a look: written in one transaction, and read back to be told again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from services.core.clock import Clock
from services.core.messages import ImageDetected, Seen
from services.store.tables import detection, detection_zone, image, zone
from services.store.work import failed_values
from services.store.zone import ZoneRef, still_there


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
    """What came of one picture. `error` says in words why it failed; then the model's fields are None."""

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


def record(connection: Connection, outcome: Outcome, worker: str, at: datetime) -> bool:
    """Writes the outcome of a picture that `worker` has claimed, with all of its detections.

    False, and nothing is written, when the claim is not the worker's any more.
    """
    values = failed_values(at, outcome.error) if outcome.error else _detected_values(outcome, at)
    ours = (image.c.id == outcome.image_id, image.c.state == "detecting", image.c.claimed_by == worker)
    if connection.execute(update(image).where(*ours).values(**values)).rowcount != 1:
        return False
    if outcome.found:
        connection.execute(insert(detection), _rows(outcome))
        _write_zones(connection, outcome)
    return True


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
    columns = ("image_id", "ordinal", "label", "score", "x1", "y1", "x2", "y2")
    query = (
        select(*(detection.c[name] for name in columns))
        .where(detection.c.image_id.in_(image_ids), detection.c.dropped_because.is_(None))
        .order_by(detection.c.image_id, detection.c.ordinal)
    )
    kept: dict[str, list[Found]] = defaultdict(list)
    for image_id, ordinal, label, score, *box in connection.execute(query):
        found = Found(label, score, (box[0], box[1], box[2], box[3]), zones=refs[image_id, ordinal])
        kept[image_id].append(found)
    return kept
