"""What the doctor asks about images and their detections. Every question is about a range of image ids, so that
a large database is read in pieces; an answer holds the ids of what is wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select, text, update

from services.store import doctor_recordings, retention
from services.store.alert_tables import decision
from services.store.ftp_tables import upload
from services.store.tables import camera, detection, garbage, image, metadata
from services.store.work import MAX_ATTEMPTS

UNFINISHED = ("new", "pending", "detecting")
SKEW = timedelta(seconds=1)


@dataclass(frozen=True)
class Span:
    """Image ids from `first` to `last`, both included."""

    first: str
    last: str

    def holds(self, column: Any) -> ColumnElement[bool]:
        """The condition on a column of image ids."""
        return and_(column >= self.first, column <= self.last)


class Imageless:
    """Decisions about no image: of events, summaries without a picture, tests."""

    def holds(self, column: Any) -> ColumnElement[bool]:
        """The condition on a column of image ids."""
        made: ColumnElement[bool] = column.is_(None)
        return made


@dataclass(frozen=True)
class Latest:
    """When somebody last took each step, aware UTC: a plan was carried out, a look ended, a verdict was written."""

    decided_at: datetime | None = None
    detected_at: datetime | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True)
class StoredFile:
    """What a row says of its file; `path` is below the media folder."""

    image_id: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Wait:
    """One picture that is not finished; `since` (aware UTC) is when it came into its state."""

    image_id: str
    state: str
    since: datetime
    claim_expires_at: datetime | None


def count(connection: Connection) -> int:
    """How many images there are."""
    return int(connection.scalar(select(func.count()).select_from(image)) or 0)


def files(connection: Connection, after: str, limit: int) -> list[StoredFile]:
    """The files of the next images behind an id, in the order of the ids."""
    columns = (image.c.id, image.c.path, image.c.bytes, image.c.sha256)
    rows = connection.execute(select(*columns).where(image.c.id > after).order_by(image.c.id).limit(limit))
    return [StoredFile(row.id, row.path, row.bytes, row.sha256) for row in rows]


def still_there(connection: Connection, image_ids: Sequence[str]) -> set[str]:
    """Those of the ids that still have a row."""
    return set(connection.scalars(select(image.c.id).where(image.c.id.in_(image_ids)))) if image_ids else set()


def with_row(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of the paths that an image, a recording, a clip, an upload or a garbage row names."""
    if not paths:
        return set()
    images = connection.scalars(select(image.c.path).where(image.c.path.in_(paths))).all()
    uploads = connection.scalars(select(upload.c.path).where(upload.c.path.in_(paths))).all()
    let_go = connection.scalars(select(garbage.c.path).where(garbage.c.path.in_(paths)))
    return {*images, *uploads, *let_go, *doctor_recordings.with_row(connection, paths)}


def uploads(connection: Connection) -> list[StoredFile]:
    """The files of all uploads."""
    columns = (upload.c.id, upload.c.path, upload.c.bytes, upload.c.sha256)
    return [StoredFile(*row) for row in connection.execute(select(*columns).order_by(upload.c.id))]


def claims_askew(connection: Connection, span: Span) -> list[str]:
    """Images whose claim does not fit their state or number of attempts."""
    looking = image.c.state == "detecting"
    askew = or_(
        and_(looking, or_(image.c.claimed_by.is_(None), image.c.claim_expires_at.is_(None), image.c.attempts == 0)),
        and_(not_(looking), or_(image.c.claimed_by.is_not(None), image.c.claim_expires_at.is_not(None))),
        image.c.attempts > MAX_ATTEMPTS,
        and_(image.c.state == "new", image.c.attempts > 0),
    )
    return _images(connection, span, askew)


def steps_askew(connection: Connection, span: Span) -> list[str]:
    """Images whose state lacks what it stands for: a plan, a time, a model, a reason."""
    state = image.c.state
    askew = or_(
        and_(state != "new", image.c.decided_at.is_(None)),
        and_(state == "new", image.c.decided_at.is_not(None)),
        and_(state.in_(("detected", "failed")), image.c.detected_at.is_(None)),
        and_(state == "detected", or_(image.c.model.is_(None), image.c.model_version.is_(None))),
        and_(state == "failed", or_(image.c.error.is_(None), image.c.error == "")),
        and_(state.in_(UNFINISHED), image.c.judged_at.is_not(None)),
        and_(state.in_(("kept", "failed")), image.c.judged_at.is_(None)),
    )
    return _images(connection, span, askew)


def detections_too_early(connection: Connection, span: Span) -> list[str]:
    """Images that have detections although no look has ended well."""
    has_some = exists().where(detection.c.image_id == image.c.id)
    return _images(connection, span, and_(image.c.state != "detected", has_some))


def best_wrong(connection: Connection, span: Span) -> list[str]:
    """Images where another detection than the strongest kept one of a label is marked as the best."""
    return _distinct(
        connection, select(detection.c.image_id).where(span.holds(detection.c.image_id), detection.c.best != _is_best())
    )


def nothing_found_unjudged(connection: Connection, span: Span) -> list[str]:
    """Images with nothing kept in them that were not settled at once: nobody will ever settle them."""
    unjudged = and_(image.c.state == "detected", image.c.judged_at.is_(None))
    return _images(connection, span, and_(unjudged, not_(_has_kept())))


def judged_without_decision(connection: Connection, span: Span) -> list[str]:
    """Images with something in them that count as settled although no decision says how.

    Without those that were settled so long ago that their decisions may have been deleted because of their age.
    """
    decided = exists().where(decision.c.image_id == image.c.id)
    old = retention.expired(connection).get("alerts")
    recent = image.c.judged_at >= old.before_at if old else image.c.judged_at.is_not(None)
    return _images(connection, span, and_(recent, _has_kept(), not_(decided)))


def drops_without_reason(connection: Connection, span: Span) -> list[str]:
    """Images with a dropped detection that does not say why."""
    silent = select(detection.c.image_id).where(span.holds(detection.c.image_id), detection.c.dropped_because == "")
    return _distinct(connection, silent)


def times_askew(connection: Connection, span: Span, now: datetime) -> list[str]:
    """Images stored before they were received, or received in the future."""
    stored_early = image.c.stored_at < func.subdate(image.c.received_at, text("INTERVAL 1 SECOND"))
    return _images(connection, span, or_(stored_early, image.c.received_at > now + SKEW))


def latest(connection: Connection, span: Span) -> Latest:
    """The newest steps."""
    columns = (func.max(image.c.decided_at), func.max(image.c.detected_at), func.max(image.c.judged_at))
    decided_at, detected_at, judged_at = connection.execute(select(*columns).where(span.holds(image.c.id))).one()
    return Latest(decided_at, detected_at, judged_at)


def unfinished(connection: Connection, span: Span) -> list[Wait]:
    """Images that wait for a plan or a detector, and since when."""
    since = func.coalesce(image.c.decided_at, image.c.stored_at, type_=image.c.stored_at.type)
    columns = (image.c.id, image.c.state, since.label("since"), image.c.claim_expires_at)
    rows = connection.execute(select(*columns).where(span.holds(image.c.id), image.c.state.in_(UNFINISHED)))
    return [Wait(row.id, row.state, row.since, row.claim_expires_at) for row in rows]


def unjudged(connection: Connection, span: Span) -> list[Wait]:
    """Images with something in them that wait for a verdict, and since when."""
    waits = and_(image.c.state == "detected", image.c.judged_at.is_(None), _has_kept())
    rows = connection.execute(select(image.c.id, image.c.detected_at).where(span.holds(image.c.id), waits))
    return [Wait(row.id, "unjudged", row.detected_at, None) for row in rows]


def mark_best(connection: Connection, image_ids: Sequence[str]) -> None:
    """Marks the best of each label anew."""
    for image_id in image_ids:
        query = select(detection.c.id, _is_best().label("is_best")).where(detection.c.image_id == image_id)
        for row in connection.execute(query).all():
            values = {"best": bool(row.is_best)}
            connection.execute(update(detection).where(detection.c.id == row.id).values(**values))


def garbage_with_image(connection: Connection) -> list[str]:
    """Paths that are to be deleted although an image has them."""
    query = select(garbage.c.path).join(image, image.c.path == garbage.c.path).order_by(garbage.c.path)
    return list(connection.scalars(query))


def garbage_since_before(connection: Connection, before: datetime) -> list[str]:
    """Paths that were let go before then and are still there."""
    return list(connection.scalars(select(garbage.c.path).where(garbage.c.at < before).order_by(garbage.c.path)))


def cameras(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every camera's row, by id."""
    return {row.id: dict(row._mapping) for row in connection.execute(select(camera))}


def moments_not_utc6(connection: Connection) -> list[str]:
    """Columns of our tables that hold moments in another type than `DATETIME(6)`; minutes of figures aside."""
    query = text(
        "SELECT table_name AS noun, column_name AS field FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND data_type IN ('datetime', 'timestamp') AND column_type <> 'datetime(6)'"
    )
    ours = {name for name in metadata.tables if name != "figure"}
    return sorted(f"{row.noun}.{row.field}" for row in connection.execute(query) if row.noun in ours)


def _has_kept() -> Any:
    return exists().where(detection.c.image_id == image.c.id, detection.c.dropped_because.is_(None))


def _is_best() -> Any:
    stronger = detection.alias("stronger")
    beaten = exists().where(
        stronger.c.image_id == detection.c.image_id,
        stronger.c.label == detection.c.label,
        stronger.c.dropped_because.is_(None),
        stronger.c.ordinal < detection.c.ordinal,
    )
    return and_(detection.c.dropped_because.is_(None), not_(beaten))


def _images(connection: Connection, span: Span, condition: Any) -> list[str]:
    query = select(image.c.id).where(span.holds(image.c.id), condition).order_by(image.c.id)
    return list(connection.scalars(query))


def _distinct(connection: Connection, query: Any) -> list[str]:
    found: Iterable[str] = connection.scalars(query.distinct())
    return sorted(found)
