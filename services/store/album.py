"""Pictures as people look through them: pages by camera, label and time; one picture with all that is known of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, true

from services.store import keyset
from services.store.keyset import Place
from services.store.tables import camera, detection, image


@dataclass(frozen=True)
class Wanted:
    """Which pictures: of one camera, with one label among what was kept; None is any."""

    camera_id: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Span:
    """Captured from `start` on and before `end`, aware UTC; None is open."""

    start: datetime | None = None
    end: datetime | None = None


EVER = Span()


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
    return _gather(
        connection, wanted, spans, lambda at, row_id: [keyset.before(at, row_id, before)] if before else [], limit
    )


def newer(connection: Connection, wanted: Wanted, spans: Iterable[Span], after: Place, limit: int) -> list[Picture]:
    """At most `limit` pictures that are newer than `after`, oldest first. `spans` come oldest first."""
    return _gather(connection, wanted, spans, lambda at, row_id: [keyset.after(at, row_id, after)], limit, rising=True)


def _gather(
    connection: Connection, wanted: Wanted, spans: Iterable[Span], beyond: Any, limit: int, rising: bool = False
) -> list[Picture]:
    found: list[Picture] = []
    for span in spans:
        query = _page(wanted, span, beyond, rising).limit(limit - len(found))
        found += [Picture(**row._mapping) for row in connection.execute(query)]
        if len(found) >= limit:
            break
    return found


def _page(wanted: Wanted, span: Span, beyond: Any, rising: bool) -> Select[Any]:
    at, row_id = _sorted_by(wanted)
    order = (at.asc(), row_id.asc()) if rising else (at.desc(), row_id.desc())
    query = _chosen(wanted, span, *_LISTED).where(*beyond(at, row_id)).order_by(*order)
    if wanted.label is None:
        return query
    return query.select_from(detection.join(image, image.c.id == detection.c.image_id))


def _sorted_by(wanted: Wanted) -> tuple[Any, Any]:
    if wanted.label is None:
        return image.c.captured_at, image.c.id
    return detection.c.captured_at, detection.c.image_id


def _chosen(wanted: Wanted, span: Span, *columns: Any) -> Select[Any]:
    """A label is looked up among the `best` detections: at most one a picture, in the order of time."""
    table: Any = image if wanted.label is None else detection
    query = select(*columns).where(*_within(table.c.captured_at, span))
    if wanted.label is not None:
        query = query.where(detection.c.best == true(), detection.c.label == wanted.label)
    if wanted.camera_id is not None:
        query = query.where(table.c.camera_id == wanted.camera_id)
    return query


def _within(at: Any, span: Span) -> list[Any]:
    start = [] if span.start is None else [at >= span.start]
    return start + ([] if span.end is None else [at < span.end])


def count_up_to(connection: Connection, wanted: Wanted, spans: Sequence[Span], limit: int) -> int:
    """How many pictures there are, but never counts beyond `limit`."""
    count = 0
    for span in spans:
        row_id = _sorted_by(wanted)[1]
        some = _chosen(wanted, span, row_id).limit(limit - count).subquery()
        count += int(connection.scalar(select(func.count()).select_from(some)) or 0)
        if count >= limit:
            break
    return count


def find(connection: Connection, image_id: str) -> Row[Any] | None:
    """Everything about one picture, with `camera_name` and `plan` of its camera; or None."""
    query = (
        select(image, camera.c.name.label("camera_name"), camera.c.plan)
        .join(camera, camera.c.id == image.c.camera_id)
        .where(image.c.id == image_id)
    )
    return connection.execute(query).one_or_none()


def file_of(connection: Connection, image_id: str) -> File | None:
    """Where one picture's file is; or None."""
    columns = (image.c.path, image.c.sha256, image.c.bytes, image.c.width, image.c.captured_at)
    row = connection.execute(select(*columns).where(image.c.id == image_id)).one_or_none()
    return File(**row._mapping) if row else None


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
    """When the oldest of these pictures was captured."""
    at, row_id = _sorted_by(wanted)
    found: datetime | None = connection.scalar(_chosen(wanted, EVER, at).order_by(at, row_id).limit(1))
    return found
