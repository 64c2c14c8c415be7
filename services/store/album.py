"""Pictures as people look through them: pages by camera, label and time; one picture with all that is known of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, true

from services.store import keyset
from services.store.keyset import Place
from services.store.tables import camera, detection, image, zone
from services.store.wanted import EVER, Beyond, Span, Wanted, alone, looks_far, places


@dataclass(frozen=True)
class Picture:
    """What a list shows of an image. `width` and `height` are pixels, where known."""

    id: str
    camera_id: str
    captured_at: datetime
    width: int | None
    height: int | None
    state: str

    @property
    def place(self) -> Place:
        """Its place in a list by time."""
        return Place(self.captured_at, self.id)


@dataclass(frozen=True)
class Box:
    """One detection: edges as shares (0-1) of the picture; `dropped_because` None means kept.

    `ordinal` is its place in the model's answer.
    """

    label: str
    score: float
    x1: float
    y1: float
    x2: float
    y2: float
    dropped_because: str | None
    ordinal: int = 0


@dataclass(frozen=True)
class File:
    """Where a picture's bytes are, below the media folder, and their hash."""

    path: str
    sha256: str
    bytes: int
    width: int | None
    captured_at: datetime


_LISTED = (image.c.id, image.c.camera_id, image.c.captured_at, image.c.width, image.c.height, image.c.state)


def older(
    connection: Connection, wanted: Wanted, spans: Iterable[Span], before: Place | None, limit: int
) -> list[Picture]:
    """At most `limit` pictures, newest first. `spans` must not overlap and come newest first."""
    return _gather(connection, wanted, spans, _before(before) if before else _anywhere, limit)


def newer(connection: Connection, wanted: Wanted, spans: Iterable[Span], after: Place, limit: int) -> list[Picture]:
    """At most `limit` pictures that are newer than `after`, oldest first. `spans` come oldest first."""
    return _gather(connection, wanted, spans, _after(after), limit, rising=True)


def _gather(
    connection: Connection, wanted: Wanted, spans: Iterable[Span], beyond: Beyond, limit: int, rising: bool = False
) -> list[Picture]:
    found: list[Picture] = []
    for span in spans:
        query = _listed(places(wanted, span, beyond, limit - len(found), rising), rising)
        found += [Picture(**row._mapping) for row in connection.execute(query)]
        if len(found) >= limit:
            break
    return found


def _listed(chosen: Select[Any], rising: bool) -> Select[Any]:
    there = chosen.subquery()
    order = (there.c.captured_at, there.c.image_id)
    query = select(*_LISTED).select_from(there.join(image, image.c.id == there.c.image_id))
    return query.order_by(*(one.asc() if rising else one.desc() for one in order))


def _anywhere(_at: Any, _row_id: Any) -> list[Any]:
    return []


def _before(place: Place) -> Beyond:
    return lambda at, row_id: [keyset.before(at, row_id, place)]


def _after(place: Place) -> Beyond:
    return lambda at, row_id: [keyset.after(at, row_id, place)]


def count_up_to(connection: Connection, wanted: Wanted, spans: Sequence[Span], limit: int) -> int:
    """How many pictures there are, but never counts beyond `limit`."""
    count = 0
    for span in spans:
        some = places(wanted, span, _anywhere, limit - count).subquery()
        count += int(connection.scalar(select(func.count()).select_from(some)) or 0)
        if count >= limit:
            break
    return count


def reach(connection: Connection, wanted: Wanted, start: Place | None, limit: int, rising: bool = False) -> Span:
    """How far one page may look: over `limit` pictures from there on, where two wishes may seldom meet; else `EVER`."""
    if not looks_far(wanted):
        return EVER
    beyond = (_after(start) if rising else _before(start)) if start else _anywhere
    last = connection.execute(places(alone(wanted), EVER, beyond, 1, rising).offset(limit)).one_or_none()
    if last is None:
        return EVER
    return Span(end=last.captured_at) if rising else Span(start=last.captured_at)


def find(connection: Connection, image_id: str) -> Row[Any] | None:
    """Everything about one picture, with `camera_name` and `plan` of its camera; or None."""
    query = (
        select(image, camera.c.name.label("camera_name"), camera.c.plan)
        .join(camera, camera.c.id == image.c.camera_id)
        .where(image.c.id == image_id)
    )
    return connection.execute(query).one_or_none()


def files_of(connection: Connection, image_ids: Sequence[str]) -> dict[str, File]:
    """Where the files of some pictures are, by the picture's id."""
    columns = (image.c.path, image.c.sha256, image.c.bytes, image.c.width, image.c.captured_at)
    rows = connection.execute(select(image.c.id, *columns).where(image.c.id.in_(image_ids)))
    return {image_id: File(*values) for image_id, *values in rows}


def file_of(connection: Connection, image_id: str) -> File | None:
    """Where one picture's file is; or None."""
    return files_of(connection, [image_id]).get(image_id)


def boxes(connection: Connection, image_ids: Sequence[str]) -> dict[str, list[Box]]:
    """The detections of several pictures, highest score first, dropped ones too."""
    found: dict[str, list[Box]] = defaultdict(list)
    if not image_ids:
        return found
    names = ("label", "score", "x1", "y1", "x2", "y2", "dropped_because", "ordinal")
    query = (
        select(detection.c.image_id, *(detection.c[name] for name in names))
        .where(detection.c.image_id.in_(image_ids))
        .order_by(detection.c.image_id, detection.c.ordinal)
    )
    for image_id, *values in connection.execute(query):
        found[image_id].append(Box(*values))
    return found


def labels(connection: Connection) -> list[str]:
    """Every label that was ever kept in a picture, by name.

    Each is the first after the one before it in the index: a step a label, where DISTINCT would read every row.
    """
    found: list[str] = []
    query = select(detection.c.label).where(detection.c.best == true()).order_by(detection.c.label).limit(1)
    label = connection.scalar(query)
    while label is not None:
        found.append(label)
        label = connection.scalar(query.where(detection.c.label > label))
    return found


def zones(connection: Connection) -> list[Row[Any]]:
    """`id`, `camera_id` and `name` of every zone, masks aside, by camera and name."""
    query = select(zone.c.id, zone.c.camera_id, zone.c.name).where(zone.c.kind == "zone")
    return list(connection.execute(query.order_by(zone.c.camera_id, zone.c.name)))


def newest_of_each_camera(connection: Connection) -> dict[str, Picture]:
    """The newest picture of every camera that has one, by the camera's id."""
    newest = (
        select(image.c.id)
        .where(image.c.camera_id == camera.c.id)
        .order_by(image.c.camera_id.desc(), image.c.captured_at.desc(), image.c.id.desc())
        .limit(1)
        .correlate(camera)
        .scalar_subquery()
    )
    ids = [image_id for image_id in connection.scalars(select(newest).select_from(camera)) if image_id]
    if not ids:
        return {}
    return {
        row.camera_id: Picture(**row._mapping)
        for row in connection.execute(select(*_LISTED).where(image.c.id.in_(ids)))
    }


def first_since(connection: Connection, moments: Sequence[tuple[str, datetime, datetime]]) -> dict[int, Picture]:
    """For each (camera id, start, end): its first picture in that time, by the place in the list."""
    parts = [
        select(*_LISTED)
        .where(image.c.camera_id == camera_id, image.c.captured_at >= start, image.c.captured_at <= end)
        .order_by(image.c.captured_at, image.c.id)
        .limit(1)
        for camera_id, start, end in moments
    ]
    found = ((number, connection.execute(part).one_or_none()) for number, part in enumerate(parts))
    return {number: Picture(**row._mapping) for number, row in found if row}


def oldest_at(connection: Connection, wanted: Wanted) -> datetime | None:
    """When the oldest of these pictures was captured, or one before it where that would mean looking far."""
    row = connection.execute(places(alone(wanted), EVER, _anywhere, 1, rising=True)).one_or_none()
    return row.captured_at if row else None
