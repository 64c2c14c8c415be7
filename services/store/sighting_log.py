"""Sightings as people read them: newest arrival first, each with its best picture, and the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, or_, select, union

from services.store import keyset
from services.store.album import Box
from services.store.alert_tables import decision
from services.store.keyset import Place
from services.store.plate_tables import plate, plate_read
from services.store.tables import camera, detection, image, sighting

_SHOWN = (
    "id",
    "camera_id",
    "label",
    "began_at",
    "arrived_at",
    "last_seen_at",
    "departed_at",
    "images",
    "still",
    "best_image_id",
    "plate_image_id",
    "plate_score",
)
ALERTS_MAX = 20
OF_PICTURES = "alert-labels"
"""The rule that decides about each picture; others decide about departures and plates."""


@dataclass(frozen=True)
class Chosen:
    """Which sightings: of one camera, with one label, only those still there; None is any."""

    camera_id: str | None = None
    label: str | None = None
    there: bool = False


@dataclass(frozen=True)
class Shot:
    """One picture of a sighting with its box in it; `width` and `height` are pixels, where known."""

    image_id: str
    captured_at: datetime
    width: int | None
    height: int | None
    box: Box | None
    arrival: bool = False


def older(connection: Connection, chosen: Chosen, before: Place | None, limit: int) -> list[Row[Any]]:
    """At most `limit` sightings that have arrived, newest first, with `plate`, `standing` and `owner` where read."""
    wanted = [sighting.c.arrived_at.is_not(None), _was_something(), *_within(chosen)]
    if before is not None:
        wanted.append(keyset.before(sighting.c.arrived_at, sighting.c.id, before))
    newest = (sighting.c.arrived_at.desc(), sighting.c.id.desc())
    return list(connection.execute(_with_plate().where(*wanted).order_by(*newest).limit(limit)))


def _was_something() -> ColumnElement[bool]:
    """Unless people said of each of its boxes that there was nothing; its pictures may have been deleted since."""
    part = detection.c.sighting_id == sighting.c.id
    return or_(exists().where(part, detection.c.dropped_because.is_(None)), ~exists().where(part))


def _within(chosen: Chosen) -> list[Any]:
    wanted = [] if chosen.camera_id is None else [sighting.c.camera_id == chosen.camera_id]
    wanted += [] if chosen.label is None else [sighting.c.label == chosen.label]
    return wanted + ([sighting.c.departed_at.is_(None)] if chosen.there else [])


def _with_plate() -> Select[Any]:
    columns = [sighting.c[name] for name in _SHOWN]
    named = (plate.c.text.label("plate"), plate.c.standing, plate.c.owner)
    return select(*columns, *named).select_from(sighting.outerjoin(plate, plate.c.id == sighting.c.plate_id))


def find(connection: Connection, sighting_id: str) -> Row[Any] | None:
    """One sighting as in a list, whether it has arrived or not, with `camera_name`; or None."""
    query = _with_plate().add_columns(camera.c.name.label("camera_name"), sighting.c.plate_id)
    query = query.join(camera, camera.c.id == sighting.c.camera_id).where(sighting.c.id == sighting_id)
    return connection.execute(query).one_or_none()


def of_image(connection: Connection, image_id: str) -> list[Row[Any]]:
    """The sightings that one picture is a part of, as in a list, by the order of their detections."""
    part_of = (detection.c.sighting_id == sighting.c.id) & (detection.c.image_id == image_id)
    query = _with_plate().join(detection, part_of).where(detection.c.dropped_because.is_(None))
    return list(connection.execute(query.order_by(detection.c.ordinal)))


def labels(connection: Connection) -> list[str]:
    """Every label that a sighting has, by name: a step a label through the index."""
    found: list[str] = []
    arrived = sighting.c.arrived_at.is_not(None)
    query = select(sighting.c.label).where(arrived).order_by(sighting.c.label).limit(1)
    label = connection.scalar(query)
    while label is not None:
        found.append(label)
        label = connection.scalar(query.where(sighting.c.label > label))
    return found


def there(connection: Connection) -> dict[str, dict[str, int]]:
    """What has arrived and not departed: how many of each label, by the camera."""
    found: dict[str, dict[str, int]] = {}
    stays = (sighting.c.departed_at.is_(None), sighting.c.arrived_at.is_not(None))
    query = select(sighting.c.camera_id, sighting.c.label, func.count().label("number")).where(*stays)
    for row in connection.execute(query.group_by(sighting.c.camera_id, sighting.c.label)):
        found.setdefault(row.camera_id, {})[row.label] = row.number
    return found


def best_shots(connection: Connection, sightings: Sequence[Any]) -> dict[str, Shot]:
    """The best picture of each, by the sighting's id; none where the picture is gone."""
    best = [(one.id, one.best_image_id) for one in sightings]
    return {sighting_id: shot for sighting_id, shots in _shots(connection, best).items() for shot in shots}


def strip(connection: Connection, one: Any, limit: int) -> list[Shot]:
    """At most `limit` of its pictures, oldest first, spread evenly over the time that it was there."""
    of_it = select(detection.c.image_id).where(detection.c.sighting_id == one.id)
    oldest = (detection.c.captured_at, detection.c.image_id)
    if one.images <= limit:
        ids = list(connection.scalars(of_it.order_by(*oldest).limit(limit)))
    else:
        step = (one.last_seen_at - one.began_at) / (limit - 1)
        moments = [one.began_at + step * number for number in range(limit - 1)] + [one.last_seen_at]
        parts = [of_it.where(detection.c.captured_at >= at).order_by(*oldest).limit(1) for at in moments]
        ids = list(connection.scalars(select(union(*parts).subquery())))
    shots = _shots(connection, [(one.id, image_id) for image_id in ids])[one.id] if ids else []
    return sorted(shots, key=lambda shot: (shot.captured_at, shot.image_id))


def _shots(connection: Connection, wanted: Sequence[tuple[str, str]]) -> dict[str, list[Shot]]:
    """Pictures by the id of their sighting, for pairs of sighting and picture."""
    found: dict[str, list[Shot]] = {sighting_id: [] for sighting_id, _ in wanted}
    if not wanted:
        return found
    of_it = (detection.c.image_id == image.c.id) & detection.c.sighting_id.in_(found)
    query = (
        select(image.c.id, image.c.captured_at, image.c.width, image.c.height, *_BOX, detection.c.sighting_id)
        .select_from(image.outerjoin(detection, of_it))
        .where(image.c.id.in_({image_id for _, image_id in wanted}))
    )
    rows = {(row.sighting_id, row.id): row for row in connection.execute(query)}
    for pair in wanted:
        if pair in rows:
            found[pair[0]].append(_shot(rows[pair]))
    return found


_BOX = tuple(detection.c[name] for name in ("label", "score", "x1", "y1", "x2", "y2", "dropped_because", "arrival"))


def _shot(row: Any) -> Shot:
    box = Box(row.label, row.score, row.x1, row.y1, row.x2, row.y2, row.dropped_because)
    return Shot(row.id, row.captured_at, row.width, row.height, box, row.arrival)


def readings(connection: Connection, sighting_id: str) -> list[Row[Any]]:
    """What was read on it, oldest first: `image_id`, `captured_at`, `text`, `raw`, `score`, `region`."""
    names = ("image_id", "captured_at", "text", "raw", "score", "region")
    query = select(*(plate_read.c[name] for name in names)).where(plate_read.c.sighting_id == sighting_id)
    return list(connection.execute(query.order_by(plate_read.c.captured_at, plate_read.c.id)))


def alerts(connection: Connection, sighting_id: str) -> list[Row[Any]]:
    """Decisions about its pictures that say something of it, oldest first: on its arrival, or with an alert.

    That nobody was told of a picture in which it was just still there goes without saying.
    """
    of_it = (detection.c.image_id == decision.c.image_id) & (detection.c.sighting_id == sighting_id)
    telling = (decision.c.outcome != "not_told") | detection.c.arrival | (decision.c.rule != OF_PICTURES)
    query = select(decision).join(detection, of_it).where(telling)
    return list(connection.execute(query.order_by(decision.c.decided_at, decision.c.id).limit(ALERTS_MAX)))
