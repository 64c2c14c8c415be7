"""What people put right in a detector's answers. Each change is one transaction with its audit row.

A detection that is not there keeps its row, dropped with that reason, and its sighting: what was seen together stays
together, whatever it is called. A sighting that goes on keeps the detector's label, because the detector will use it
again in the next picture; one that has departed is named after what was put right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, true, update

from services.core.ids import new_id
from services.core.polygon import Box
from services.store import audit, doctor, sighting, zone
from services.store.account_tables import user
from services.store.alert_tables import decision
from services.store.audit import Change
from services.store.tables import correction, detection, detection_zone, image
from services.store.tables import sighting as sightings

CORRECT = "detection.correct"
UNDO = "detection.undo"
NOTHING_THERE = "corrected: nothing there"
UNDO_TAKEN = timedelta(seconds=20)
"""How long a correction can be undone. Pages offer it for ten seconds; the rest is for the way."""


@dataclass(frozen=True)
class By:
    """Who puts something right, and when (aware UTC)."""

    user_id: str
    at: datetime


@dataclass(frozen=True)
class Correction:
    """What was put right; `label_after` None means that there is nothing."""

    id: str
    ordinal: int
    label_before: str
    label_after: str | None
    user_name: str
    corrected_at: datetime


@dataclass(frozen=True)
class Past:
    """A detection that counted when it was made: `label` is the detector's word, `corrected` whether it was wrong."""

    image_id: str
    ordinal: int
    captured_at: datetime
    label: str
    score: float
    box: Box
    corrected: bool


_SAID = ("image_id", "ordinal", "captured_at", "label", "score", "x1", "y1", "x2", "y2")
_PAST = [detection.c[name] for name in (*_SAID, "dropped_because", "corrected")]


def of_image(connection: Connection, image_id: str) -> list[Correction]:
    """What was put right in a picture, the newest first."""
    columns = (correction.c[name] for name in ("id", "ordinal", "label_before", "label_after", "corrected_at"))
    query = (
        select(*columns, user.c.name.label("user_name"))
        .join(user, user.c.id == correction.c.user_id)
        .where(correction.c.image_id == image_id)
        .order_by(correction.c.corrected_at.desc(), correction.c.ordinal)
    )
    return [Correction(**row._mapping) for row in connection.execute(query)]


def relabel(connection: Connection, image_id: str, ordinal: int, label: str, by: By) -> bool:
    """Calls a detection what it is. False, and nothing is written, when it does not count or has that label."""
    kept = _hold(connection, image_id)
    if ordinal not in kept or kept[ordinal].label == label:
        return False
    _put_right(connection, image_id, {ordinal: label}, kept, by)
    return True


def remove(connection: Connection, image_id: str, ordinal: int, by: By) -> bool:
    """Says that there is nothing in a box. False when it does not count anyway."""
    kept = _hold(connection, image_id)
    if ordinal not in kept:
        return False
    _put_right(connection, image_id, {ordinal: None}, kept, by)
    return True


def empty(connection: Connection, image_id: str, by: By) -> int:
    """Says that there is nothing in a picture. Returns how many detections counted until then."""
    kept = _hold(connection, image_id)
    if kept:
        _put_right(connection, image_id, dict.fromkeys(kept), kept, by)
    return len(kept)


def undo(connection: Connection, image_id: str, correction_id: str, by: By) -> bool:
    """Takes the newest change of a picture back, all that was put right in one go.

    False, and nothing is written, when something newer was put right since, or `UNDO_TAKEN` has passed.
    """
    _hold(connection, image_id)
    newest = _newest(connection, image_id)
    if correction_id not in [row.id for row in newest] or by.at - newest[0].corrected_at > UNDO_TAKEN:
        return False
    connection.execute(delete(correction).where(correction.c.id.in_([row.id for row in newest])))
    for row in newest:
        _restore(connection, image_id, row)
    _settle(connection, image_id, by.at)
    labels = {str(row.ordinal): row.label_before for row in newest}
    was = {str(row.ordinal): row.label_after for row in newest}
    audit.write(connection, by.at, by.user_id, Change(UNDO, image_id, was, labels))
    return True


def past(connection: Connection, camera_id: str, since: datetime, limit: int) -> list[Past]:
    """At most `limit` detections of a camera that counted when they were made, newest pictures first."""
    query = (
        select(*_PAST)
        .join(image, image.c.id == detection.c.image_id)
        .where(image.c.camera_id == camera_id, image.c.captured_at >= since, _counted())
        .order_by(image.c.captured_at.desc(), image.c.id.desc(), detection.c.ordinal)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    first = _first_labels(connection, [row.image_id for row in rows if row.corrected])
    return [_past(row, first) for row in rows]


def past_one(connection: Connection, image_id: str, ordinal: int) -> Past | None:
    """One detection, if it counted when it was made."""
    query = select(*_PAST).where(detection.c.image_id == image_id, detection.c.ordinal == ordinal, _counted())
    row = connection.execute(query).one_or_none()
    return _past(row, _first_labels(connection, [image_id])) if row else None


def _counted() -> Any:
    return or_(detection.c.dropped_because.is_(None), detection.c.corrected == true())


def _past(row: Row[Any], first: Mapping[tuple[str, int], str]) -> Past:
    said = first.get((row.image_id, row.ordinal), row.label)
    wrong = row.dropped_because is not None or row.label != said
    box = (row.x1, row.y1, row.x2, row.y2)
    return Past(row.image_id, row.ordinal, row.captured_at, said, row.score, box, wrong)


def _first_labels(connection: Connection, image_ids: list[str]) -> dict[tuple[str, int], str]:
    """What the detector had said, by image and ordinal: a person may have put one right more than once."""
    if not image_ids:
        return {}
    columns = (correction.c.image_id, correction.c.ordinal, correction.c.label_before)
    order = (correction.c.corrected_at.desc(), correction.c.id.desc())
    query = select(*columns).where(correction.c.image_id.in_(sorted(set(image_ids)))).order_by(*order)
    return {(image_id, ordinal): label for image_id, ordinal, label in connection.execute(query)}


def _hold(connection: Connection, image_id: str) -> dict[int, Row[Any]]:
    """The detections that count, by ordinal; nobody else changes or judges the picture before the transaction ends."""
    connection.execute(select(image.c.id).where(image.c.id == image_id).with_for_update())
    columns = [detection.c.ordinal, detection.c.label, detection.c.model]
    query = select(*columns).where(detection.c.image_id == image_id, detection.c.dropped_because.is_(None))
    return {row.ordinal: row for row in connection.execute(query.order_by(detection.c.ordinal))}


def _put_right(
    connection: Connection, image_id: str, labels: Mapping[int, str | None], kept: Mapping[int, Row[Any]], by: By
) -> None:
    for ordinal, label in labels.items():
        values = {"label": label} if label else {"dropped_because": NOTHING_THERE, "best": False}
        connection.execute(update(detection).where(*_at(image_id, ordinal)).values(**values, corrected=True))
    before = {ordinal: kept[ordinal].label for ordinal in labels}
    connection.execute(
        insert(correction),
        [
            {
                "id": new_id(),
                "image_id": image_id,
                "ordinal": ordinal,
                "model": kept[ordinal].model,
                "label_before": before[ordinal],
                "label_after": label,
                "user_id": by.user_id,
                "corrected_at": by.at,
            }
            for ordinal, label in labels.items()
        ],
    )
    _settle(connection, image_id, by.at)
    audit.write(connection, by.at, by.user_id, Change(CORRECT, image_id, _by_text(before), _by_text(labels)))


def _by_text(labels: Mapping[int, str | None]) -> dict[str, str | None]:
    return {str(ordinal): label for ordinal, label in labels.items()}


def _newest(connection: Connection, image_id: str) -> list[Row[Any]]:
    """The rows of the newest change: what is put right in one go has one moment."""
    moment = select(func.max(correction.c.corrected_at)).where(correction.c.image_id == image_id).scalar_subquery()
    query = select(correction).where(correction.c.image_id == image_id, correction.c.corrected_at == moment)
    return list(connection.execute(query.order_by(correction.c.ordinal)))


def _restore(connection: Connection, image_id: str, row: Row[Any]) -> None:
    earlier = exists().where(correction.c.image_id == image_id, correction.c.ordinal == row.ordinal)
    values = {"label": row.label_before, "dropped_because": None, "corrected": select(earlier).scalar_subquery()}
    connection.execute(update(detection).where(*_at(image_id, row.ordinal)).values(**values))


def _at(image_id: str, ordinal: int) -> tuple[Any, Any]:
    return detection.c.image_id == image_id, detection.c.ordinal == ordinal


def _settle(connection: Connection, image_id: str, at: datetime) -> None:
    """Brings what follows from a picture's detections in line with them."""
    doctor.mark_best(connection, [image_id])
    _write_zones(connection, image_id)
    _write_judged(connection, image_id, at)
    _name_departed(connection, image_id)


def _write_zones(connection: Connection, image_id: str) -> None:
    """The strongest that counts in each zone, as the zones are drawn now."""
    query = select(detection).where(detection.c.image_id == image_id, detection.c.dropped_because.is_(None))
    kept = connection.execute(query.order_by(detection.c.ordinal)).all()
    connection.execute(delete(detection_zone).where(detection_zone.c.image_id == image_id))
    drawn = [one for one in zone.of_camera(connection, kept[0].camera_id) if one.kind == zone.ZONE] if kept else []
    strongest: dict[str, Row[Any]] = {}
    for row in kept:
        for one in zone.around(drawn, (row.x1, row.y1, row.x2, row.y2)):
            strongest.setdefault(one.id, row)
    there = zone.still_there(connection, strongest)
    same = {"image_id": image_id}
    rows = [
        {**same, "zone_id": one, "captured_at": strongest[one].captured_at, "ordinal": strongest[one].ordinal}
        for one in sorted(there)
    ]
    if rows:
        connection.execute(insert(detection_zone), rows)


def _write_judged(connection: Connection, image_id: str, at: datetime) -> None:
    """Where nothing counts there is nothing to tell; where something does again, keeper asks for a verdict again."""
    has_kept = exists().where(detection.c.image_id == image.c.id, detection.c.dropped_because.is_(None))
    has_decision = exists().where(decision.c.image_id == image.c.id)
    ours = image.c.id == image_id
    nothing = update(image).where(ours, image.c.judged_at.is_(None), ~has_kept)
    connection.execute(nothing.values(judged_at=at))
    something = update(image).where(ours, image.c.judged_at.is_not(None), has_kept, ~has_decision)
    connection.execute(something.values(judged_at=None))


def _name_departed(connection: Connection, image_id: str) -> None:
    parts = select(detection.c.sighting_id).where(detection.c.image_id == image_id)
    gone = select(sightings.c.id).where(sightings.c.id.in_(parts), sightings.c.departed_at.is_not(None))
    sighting.name_anew(connection, list(connection.scalars(gone)))
