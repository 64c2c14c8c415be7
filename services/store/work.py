"""The queue of pictures: `new` → `pending` → `detecting` → `detected` or `failed`; or `new` → `kept`.

Each step is one conditional UPDATE and has happened only if one row changed, so that however many workers and
however many repeated messages there are, every step is taken once.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select, update

from services.store import seeing, zone
from services.store.seeing import Seeing
from services.store.tables import camera, image

MAX_ATTEMPTS = 3
"""A picture that was taken so often and never finished has failed."""

ERROR_MAX = 500
RACES = 5
UNCLAIMED: dict[str, None] = {"claimed_by": None, "claim_expires_at": None}


@dataclass(frozen=True)
class Job:
    """A picture that a worker has claimed, and what its camera wanted to see at that moment.

    `bytes` is the file's size, `attempts` counts this claim too.
    """

    image_id: str
    camera_id: str
    path: str
    bytes: int
    captured_at: datetime
    received_at: datetime
    attempts: int
    seeing: Seeing = field(default_factory=Seeing)


@dataclass(frozen=True)
class Held:
    """A claim as it stands in the row: who holds it and for which time it was taken."""

    image_id: str
    camera_id: str
    claimed_by: str
    attempts: int


@dataclass(frozen=True)
class Waiting:
    """A picture that waits for its next step; `since` (aware UTC) is when the wait began."""

    image_id: str
    camera_id: str
    captured_at: datetime
    received_at: datetime
    since: datetime


def _next() -> Select[Any]:
    """The newest pending picture of the camera behind `after`, or of the first one.

    Nested so that each step is one place in an index; as a plain join it would sort all that waits.
    """
    pending = image.alias("pending")
    cameras = select(pending.c.camera_id).where(pending.c.state == "pending").order_by(pending.c.camera_id).limit(1)
    following = cameras.where(pending.c.camera_id > bindparam("after"))
    turn = func.coalesce(following.scalar_subquery(), cameras.scalar_subquery())
    waiting = image.alias("waiting")
    newest = (
        select(waiting.c.id)
        .where(waiting.c.state == "pending", waiting.c.camera_id == turn)
        .order_by(waiting.c.captured_at.desc())
        .limit(1)
    )
    columns = (
        image.c.id.label("image_id"),
        image.c.camera_id,
        image.c.path,
        image.c.bytes,
        image.c.captured_at,
        image.c.received_at,
        image.c.attempts,
        *seeing.COLUMNS,
    )
    joined = select(*columns).join(camera, camera.c.id == image.c.camera_id)
    return joined.where(image.c.id == newest.scalar_subquery())


_NEXT = _next()


def want(connection: Connection, image_id: str, at: datetime) -> bool:
    """`new` → `pending`: it is to be looked at. False when it is past that, or unknown."""
    return _step(connection, image_id, image.c.state == "new", state="pending", decided_at=at)


def want_asked(connection: Connection, image_id: str, at: datetime) -> bool:
    """`new` or `kept` → `pending`: somebody asks what is in it, whatever its plan. False when it is past that."""
    waiting = image.c.state.in_(("new", "kept"))
    return _step(connection, image_id, waiting, state="pending", decided_at=at, judged_at=None)


def keep(connection: Connection, image_id: str, at: datetime) -> bool:
    """`new` → `kept`: no look is wanted, so nothing remains to be judged. False when it is past that, or unknown."""
    return _step(connection, image_id, image.c.state == "new", state="kept", decided_at=at, judged_at=at)


def claim(connection: Connection, after: str, worker: str, expires: datetime) -> Job | None:
    """`pending` → `detecting`: the newest picture of the next camera in turn, or None when nothing waits.

    `after` is the camera that was served last; cameras take turns in the order of their ids.
    """
    for _ in range(RACES):
        row = connection.execute(_NEXT, {"after": after}).one_or_none()
        if row is None:
            return None
        if _take(connection, row.image_id, row.attempts, worker, expires):
            return _job(row, seeing.of_row(row, zone.of_camera(connection, row.camera_id)))
    return None


def put_back(connection: Connection, held: Held, at: datetime, why: str) -> str | None:
    """`detecting` → `pending`, or `failed` with the reason after the third attempt; the new state.

    None when the claim is not as it was held any more: somebody has finished or taken it meanwhile.
    """
    ours = (image.c.state == "detecting") & (image.c.claimed_by == held.claimed_by)
    if held.attempts < MAX_ATTEMPTS:
        done = _step(connection, held.image_id, ours, state="pending", **UNCLAIMED)
        return "pending" if done else None
    done = _step(connection, held.image_id, ours, **failed_values(at, why))
    return "failed" if done else None


def return_untouched(connection: Connection, held: Held) -> bool:
    """`detecting` → `pending` for a picture that was claimed but not begun: the attempt does not count."""
    ours = (image.c.state == "detecting") & (image.c.claimed_by == held.claimed_by)
    attempts = max(held.attempts - 1, 0)
    return _step(connection, held.image_id, ours, state="pending", attempts=attempts, **UNCLAIMED)


def failed_values(at: datetime, why: str) -> dict[str, Any]:
    """The columns of a picture that could not be looked at: nothing was found, so nothing remains to be judged."""
    return {"state": "failed", "error": why[:ERROR_MAX], "detected_at": at, "judged_at": at, **UNCLAIMED}


def never_finished(attempts: int) -> str:
    """Why a picture has failed that its workers died over or never came back from."""
    return f"was taken {attempts} times and never finished: each time its detector died or ran out of time"


def expired(connection: Connection, now: datetime, limit: int) -> list[Held]:
    """Claims whose time is over, oldest first."""
    over = (image.c.state == "detecting") & (image.c.claim_expires_at <= now)
    return _held(connection, over, limit)


def held_by(connection: Connection, prefix: str, limit: int) -> list[Held]:
    """Claims of workers whose name begins so."""
    theirs = (image.c.state == "detecting") & image.c.claimed_by.startswith(prefix, autoescape=True)
    return _held(connection, theirs, limit)


def waiting_for_plan(connection: Connection, camera_id: str, before: datetime, limit: int) -> list[Waiting]:
    """Pictures of one camera in state `new` since before then: the newest half of `limit`, then the oldest."""
    late = (image.c.state == "new") & (image.c.camera_id == camera_id) & (image.c.stored_at < before)
    return _both_ends(connection, image.c.stored_at, late, image.c.captured_at, limit)


def waiting_for_verdict(connection: Connection, before: datetime, limit: int) -> list[Waiting]:
    """Pictures with an outcome since before then on which nothing was decided: newest first, then the oldest."""
    late = (image.c.state == "detected") & image.c.judged_at.is_(None) & (image.c.detected_at < before)
    return _both_ends(connection, image.c.detected_at, late, image.c.detected_at, limit)


def oldest_for_detector(connection: Connection, camera_id: str, before: datetime) -> Waiting | None:
    """The oldest picture of one camera that has been `pending` since before then."""
    late = (image.c.state == "pending") & (image.c.camera_id == camera_id) & (image.c.decided_at < before)
    found = _waiting(connection, image.c.decided_at, late, image.c.captured_at.asc(), 1)
    return found[0] if found else None


def cameras_with(connection: Connection, state: str) -> list[str]:
    """Cameras that have pictures in a state; one look into the index for each camera."""
    some = (
        select(image.c.id).where(image.c.state == state, image.c.camera_id == camera.c.id).limit(1).correlate(camera)
    ).exists()
    return list(connection.scalars(select(camera.c.id).where(some).order_by(camera.c.id)))


def _job(row: Row[Any], wanted: Seeing) -> Job:
    return Job(
        image_id=row.image_id,
        camera_id=row.camera_id,
        path=row.path,
        bytes=row.bytes,
        captured_at=row.captured_at,
        received_at=row.received_at,
        attempts=row.attempts + 1,
        seeing=wanted,
    )


def _take(connection: Connection, image_id: str, attempts: int, worker: str, expires: datetime) -> bool:
    return _step(
        connection,
        image_id,
        (image.c.state == "pending") & (image.c.attempts == attempts),
        state="detecting",
        claimed_by=worker,
        claim_expires_at=expires,
        attempts=attempts + 1,
    )


def _step(connection: Connection, image_id: str, condition: ColumnElement[bool], **values: Any) -> bool:
    done = connection.execute(update(image).where(image.c.id == image_id, condition).values(**values))
    return done.rowcount == 1


def _held(connection: Connection, condition: ColumnElement[bool], limit: int) -> list[Held]:
    columns = (image.c.id, image.c.camera_id, image.c.claimed_by, image.c.attempts)
    query = select(*columns).where(condition).order_by(image.c.claim_expires_at).limit(limit)
    return [Held(row.id, row.camera_id, row.claimed_by or "", row.attempts) for row in connection.execute(query)]


def _both_ends(
    connection: Connection, since: Any, condition: ColumnElement[bool], order: Any, limit: int
) -> list[Waiting]:
    half = max(limit // 2, 1)
    newest = _waiting(connection, since, condition, order.desc(), half)
    if len(newest) < half:
        return newest
    oldest = _waiting(connection, since, condition, order.asc(), half)
    return list({one.image_id: one for one in newest + oldest}.values())


def _waiting(
    connection: Connection, since: Any, condition: ColumnElement[bool], order: Any, limit: int
) -> list[Waiting]:
    columns = (image.c.id, image.c.camera_id, image.c.captured_at, image.c.received_at, since.label("since"))
    query = select(*columns).where(condition).order_by(order).limit(limit)
    return [
        Waiting(row.id, row.camera_id, row.captured_at, row.received_at, row.since) for row in connection.execute(query)
    ]
