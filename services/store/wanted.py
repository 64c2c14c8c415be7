"""Which pictures somebody wants, and the index that gives them in the order of time.

Each wish has an index that ends with (captured_at, image_id), so that a page reads about as many rows as it shows. Of
several wishes the rarest is walked, and the others are looked up for each picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true, union

from services.store.plate_tables import plate_read
from services.store.tables import detection, detection_zone, image, zone

Beyond = Callable[[Any, Any], list[ColumnElement[bool]]]
"""From the columns of moment and id: the condition on where a page begins; empty for the first."""


@dataclass(frozen=True)
class Plates:
    """Readings that a search means: by their folded text, or by the plate that they were taken for.

    `more` says that it may mean others, too.
    """

    folded: tuple[str, ...] = ()
    plate_ids: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Dropped:
    """Things that were dropped for one reason, by these cameras."""

    because: str
    camera_ids: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Which pictures; None is any.

    Of one camera, with one label among what was kept, with something in one zone, with a plate, of one sighting, with
    something that was dropped for one reason. A label beside a sighting or a reason is that of the same thing; beside
    a zone or a plate, something in the picture has it.
    """

    camera_id: str | None = None
    label: str | None = None
    zone_id: str | None = None
    plates: Plates | None = None
    sighting_id: str | None = None
    dropped: Dropped | None = None


@dataclass(frozen=True)
class Span:
    """Captured from `start` on and before `end`, aware UTC; None is open."""

    start: datetime | None = None
    end: datetime | None = None


EVER = Span()


@dataclass(frozen=True)
class _Walk:
    """An index that is walked, a condition for each stretch of it, and what is looked up for each of its rows.

    `at` and `row_id` are its columns of moment and picture. `repeats`: a picture may come more than once in a stretch.
    """

    at: Any
    row_id: Any
    stretches: Sequence[Any]
    looked_up: Sequence[tuple[Any, Any]] = ()
    repeats: bool = False


def places(wanted: Wanted, span: Span, beyond: Beyond, limit: int, rising: bool = False) -> Select[Any]:
    """At most `limit` (captured_at, image_id), newest first or, when `rising`, oldest first; each picture once."""
    walk = _walk(wanted)
    chosen = _joined(walk).where(*_within(walk.at, span), *beyond(walk.at, walk.row_id))
    order = (walk.at, walk.row_id)
    parts = [_sorted(chosen.where(stretch), order, limit, rising) for stretch in walk.stretches or [false()]]
    if len(parts) == 1:
        return parts[0]
    together = union(*parts).subquery()
    return _sorted(select(together), (together.c.captured_at, together.c.image_id), limit, rising)


def looks_far(wanted: Wanted) -> bool:
    """Whether a page may have to walk over many pictures for each that it shows."""
    return wanted.label is not None and wanted.zone_id is not None and _walks(wanted) == "zone"


def alone(wanted: Wanted) -> Wanted:
    """Of wishes for which one may have to look far only that whose index is walked."""
    return replace(wanted, label=None) if looks_far(wanted) else wanted


def _joined(walk: _Walk) -> Select[Any]:
    """The optimizer would rather collect what is looked up and sort; the walk is in order and ends with the page."""
    source = walk.at.table
    for table, condition in walk.looked_up:
        source = source.join(table, condition)
    query = select(walk.at.label("captured_at"), walk.row_id.label("image_id")).select_from(source)
    query = query.prefix_with("STRAIGHT_JOIN") if walk.looked_up else query
    return query.distinct() if walk.repeats else query


def _sorted(query: Select[Any], by: tuple[Any, Any], limit: int, rising: bool) -> Select[Any]:
    return query.order_by(*(column.asc() if rising else column.desc() for column in by)).limit(limit)


def _within(at: Any, span: Span) -> list[Any]:
    start = [] if span.start is None else [at >= span.start]
    return start + ([] if span.end is None else [at < span.end])


def _walks(wanted: Wanted) -> str:
    """The wish of which there are fewest pictures."""
    order = {
        "sighting": wanted.sighting_id,
        "plates": wanted.plates,
        "dropped": wanted.dropped,
        "zone": wanted.zone_id,
        "label": wanted.label,
    }
    return next((name for name, value in order.items() if value is not None), "camera")


def _walk(wanted: Wanted) -> _Walk:
    walk = _WALKS[_walks(wanted)](wanted)
    more = _looked_up(wanted, walk)
    return replace(walk, looked_up=more, repeats=walk.repeats or any(table is not _LABELLED for table, _ in more))


def _by_camera(wanted: Wanted) -> _Walk:
    return _Walk(image.c.captured_at, image.c.id, [_of_camera(image, wanted)])


def _by_label(wanted: Wanted) -> _Walk:
    return _found([(detection.c.best == true()) & _called(wanted) & _of_camera(detection, wanted)])


def _by_sighting(wanted: Wanted) -> _Walk:
    one = detection.c.sighting_id == wanted.sighting_id
    return _found([one & _called(wanted) & _of_camera(detection, wanted)])


def _by_dropped(wanted: Wanted) -> _Walk:
    dropped = wanted.dropped or Dropped("", ())
    because = (detection.c.dropped_because == dropped.because) & _called(wanted) & _of_camera(detection, wanted)
    stretches = [because & (detection.c.camera_id == camera_id) for camera_id in dropped.camera_ids]
    return replace(_found(stretches), repeats=True)


def _by_zone(wanted: Wanted) -> _Walk:
    return _Walk(detection_zone.c.captured_at, detection_zone.c.image_id, [_in_zone(wanted)])


def _by_plates(wanted: Wanted) -> _Walk:
    stretches = [one & _of_camera(plate_read, wanted) for one in _meant(wanted.plates or Plates())]
    return _Walk(plate_read.c.captured_at, plate_read.c.image_id, stretches, repeats=True)


_WALKS: dict[str, Callable[[Wanted], _Walk]] = {
    "sighting": _by_sighting,
    "plates": _by_plates,
    "dropped": _by_dropped,
    "zone": _by_zone,
    "label": _by_label,
    "camera": _by_camera,
}
_LABELLED = detection.alias("labelled")
_DROPPED = detection.alias("dropped")


def _looked_up(wanted: Wanted, walk: _Walk) -> list[tuple[Any, Any]]:
    """The other wishes, each as a table and how its rows belong to a picture."""
    table, same = walk.at.table, walk.row_id
    joins: list[tuple[Any, Any]] = []
    if wanted.label is not None and table is not detection:
        named = (_LABELLED.c.best == true()) & (_LABELLED.c.label == wanted.label)
        joins.append((_LABELLED, (_LABELLED.c.image_id == same) & named))
    if wanted.zone_id is not None and table is not detection_zone:
        there = (detection_zone.c.zone_id == wanted.zone_id) & (detection_zone.c.captured_at == walk.at)
        joins.append((detection_zone, there & (detection_zone.c.image_id == same)))
    if wanted.plates is not None and table is not plate_read:
        joins.append((plate_read, (plate_read.c.image_id == same) & or_(false(), *_meant(wanted.plates))))
    if wanted.dropped is not None and _walks(wanted) != "dropped":
        joins.append((_DROPPED, (_DROPPED.c.image_id == same) & (_DROPPED.c.dropped_because == wanted.dropped.because)))
    return joins


def _found(stretches: Sequence[Any]) -> _Walk:
    return _Walk(detection.c.captured_at, detection.c.image_id, stretches)


def _called(wanted: Wanted) -> Any:
    return true() if wanted.label is None else detection.c.label == wanted.label


def _meant(plates: Plates) -> list[Any]:
    by_text = [plate_read.c.folded == folded for folded in plates.folded]
    return by_text + [plate_read.c.plate_id == plate_id for plate_id in plates.plate_ids]


def _in_zone(wanted: Wanted) -> Any:
    if wanted.camera_id is None:
        return detection_zone.c.zone_id == wanted.zone_id
    of_camera = select(zone.c.id).where(zone.c.id == wanted.zone_id, zone.c.camera_id == wanted.camera_id)
    return detection_zone.c.zone_id == of_camera.scalar_subquery()


def _of_camera(table: Any, wanted: Wanted) -> Any:
    return true() if wanted.camera_id is None else table.c.camera_id == wanted.camera_id
