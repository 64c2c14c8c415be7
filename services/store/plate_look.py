"""The queue of pictures whose plates are to be read: `pending` → `reading` → `read` or `failed`.

Each step is one conditional UPDATE and has happened only if one row changed, as in `store.work`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, literal, select, update
from sqlalchemy.dialects.mysql import insert

from services.store.plate_tables import plate_look
from services.store.tables import detection, image
from services.store.work import ERROR_MAX, MAX_ATTEMPTS, RACES, UNCLAIMED, Held, Waiting

VEHICLES = ("car", "truck", "bus")
"""Labels of what bears plates that can be read in a picture."""


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that was detected; `box` is x1, y1, x2, y2 as shares (0-1) of the picture."""

    box: tuple[float, float, float, float]
    sighting_id: str | None


@dataclass(frozen=True)
class Job:
    """A picture that a worker has claimed, with its vehicles, those new in view first, then the largest.

    `attempts` counts this claim too.
    """

    image_id: str
    camera_id: str
    path: str
    captured_at: datetime
    received_at: datetime
    attempts: int
    vehicles: tuple[Vehicle, ...] = ()


def want(connection: Connection, image_id: str, at: datetime) -> bool:
    """Its plates are to be read. False when that was known, or no picture has this id."""
    new = (literal("pending"), literal(at, image.c.stored_at.type))
    there = select(image.c.id, image.c.camera_id, image.c.captured_at, *new).where(image.c.id == image_id)
    unknown = there.where(~exists().where(plate_look.c.image_id == image_id))
    columns = ["image_id", "camera_id", "captured_at", "state", "wanted_at"]
    # Two bells at the same moment find it unknown both; the second one then changes nothing.
    statement = insert(plate_look).from_select(columns, unknown)
    done = connection.execute(statement.on_duplicate_key_update(image_id=plate_look.c.image_id))
    return done.rowcount == 1


def claim(connection: Connection, after: str, worker: str, expires: datetime) -> Job | None:
    """`pending` → `reading`: the newest picture of the next camera in turn, or None when nothing waits.

    `after` is the camera that was served last; cameras take turns in the order of their ids.
    """
    for _ in range(RACES):
        camera_id = _turn(connection, after)
        if camera_id is None:
            return None
        row = _newest(connection, camera_id)
        if row and _take(connection, row.image_id, row.attempts, worker, expires):
            vehicles = _vehicles(connection, row.image_id)
            return Job(**{**row._mapping, "attempts": row.attempts + 1}, vehicles=vehicles)
    return None


def put_back(connection: Connection, held: Held, at: datetime, why: str) -> str | None:
    """`reading` → `pending`, or `failed` with the reason after the third attempt; the new state.

    None when the claim is not as it was held any more: somebody has finished or taken it meanwhile.
    """
    if held.attempts < MAX_ATTEMPTS:
        return "pending" if step(connection, held, state="pending", **UNCLAIMED) else None
    return "failed" if step(connection, held, **failed_values(at, why)) else None


def return_untouched(connection: Connection, held: Held) -> bool:
    """`reading` → `pending` for a picture that was claimed but not begun: the attempt does not count."""
    return step(connection, held, state="pending", attempts=max(held.attempts - 1, 0), **UNCLAIMED)


def never_finished(attempts: int) -> str:
    """Why the plates of a picture could not be read that its workers died over or never came back from."""
    return f"was taken {attempts} times and never finished: each time the plates service died or ran out of time"


def expired(connection: Connection, now: datetime, limit: int) -> list[Held]:
    """Claims whose time is over, oldest first."""
    return _held(connection, plate_look.c.claim_expires_at <= now, limit)


def held_by(connection: Connection, prefix: str, limit: int) -> list[Held]:
    """Claims of workers whose name begins so, the one that expires first before the others."""
    return _held(connection, plate_look.c.claimed_by.startswith(prefix, autoescape=True), limit)


def waiting(connection: Connection, before: datetime, limit: int) -> list[Waiting]:
    """Pictures that have waited for their look since before then, one of each camera: its oldest."""
    late = (plate_look.c.state == "pending") & (plate_look.c.wanted_at < before)
    oldest = select(func.min(plate_look.c.image_id)).where(late).group_by(plate_look.c.camera_id).limit(limit)
    ids = list(connection.scalars(oldest))
    columns = (plate_look.c.image_id, plate_look.c.camera_id, plate_look.c.captured_at, image.c.received_at)
    joined = select(*columns, plate_look.c.wanted_at).join(image, image.c.id == plate_look.c.image_id)
    return [Waiting(*row) for row in connection.execute(joined.where(plate_look.c.image_id.in_(ids)))] if ids else []


def find(connection: Connection, image_id: str) -> Row[Any] | None:
    """All that is known of one picture's look, or None when none was wanted."""
    return connection.execute(select(plate_look).where(plate_look.c.image_id == image_id)).one_or_none()


def pending(connection: Connection, _now: datetime) -> int:
    """How many pictures wait for their look."""
    query = select(func.count()).select_from(plate_look).where(plate_look.c.state == "pending")
    return int(connection.scalar(query) or 0)


def failed_values(at: datetime, why: str) -> dict[str, Any]:
    """The columns of a look that did not work and never will."""
    return {"state": "failed", "error": why[:ERROR_MAX], "read_at": at, **UNCLAIMED}


def step(connection: Connection, held: Held, **values: Any) -> bool:
    """`reading` → another state, if the claim is still as it was held."""
    ours = (plate_look.c.state == "reading") & (plate_look.c.claimed_by == held.claimed_by)
    statement = update(plate_look).where(plate_look.c.image_id == held.image_id, ours)
    return connection.execute(statement.values(**values)).rowcount == 1


def _turn(connection: Connection, after: str) -> str | None:
    cameras = select(func.min(plate_look.c.camera_id)).where(plate_look.c.state == "pending")
    following: str | None = connection.scalar(cameras.where(plate_look.c.camera_id > after))
    first: str | None = following or connection.scalar(cameras)
    return first


def _newest(connection: Connection, camera_id: str) -> Any:
    columns = (
        plate_look.c.image_id,
        plate_look.c.camera_id,
        image.c.path,
        plate_look.c.captured_at,
        image.c.received_at,
    )
    query = select(*columns, plate_look.c.attempts).join(image, image.c.id == plate_look.c.image_id)
    wanted = (plate_look.c.state == "pending") & (plate_look.c.camera_id == camera_id)
    return connection.execute(query.where(wanted).order_by(plate_look.c.captured_at.desc()).limit(1)).one_or_none()


def _take(connection: Connection, image_id: str, attempts: int, worker: str, expires: datetime) -> bool:
    free = (plate_look.c.state == "pending") & (plate_look.c.attempts == attempts)
    values = {"state": "reading", "claimed_by": worker, "claim_expires_at": expires, "attempts": attempts + 1}
    done = connection.execute(update(plate_look).where(plate_look.c.image_id == image_id, free).values(**values))
    return done.rowcount == 1


def _vehicles(connection: Connection, image_id: str) -> tuple[Vehicle, ...]:
    columns = [detection.c[name] for name in ("x1", "y1", "x2", "y2", "sighting_id")]
    kept = (detection.c.image_id == image_id) & detection.c.dropped_because.is_(None)
    area = (detection.c.x2 - detection.c.x1) * (detection.c.y2 - detection.c.y1)
    query = select(*columns).where(kept, detection.c.label.in_(VEHICLES)).order_by(detection.c.place, area.desc())
    return tuple(Vehicle((row.x1, row.y1, row.x2, row.y2), row.sighting_id) for row in connection.execute(query))


def _held(connection: Connection, condition: ColumnElement[bool], limit: int) -> list[Held]:
    columns = (plate_look.c.image_id, plate_look.c.camera_id, plate_look.c.claimed_by, plate_look.c.attempts)
    query = select(*columns).where(plate_look.c.state == "reading", condition)
    rows: Sequence[Any] = connection.execute(query.order_by(plate_look.c.claim_expires_at).limit(limit)).all()
    return [Held(row.image_id, row.camera_id, row.claimed_by or "", row.attempts) for row in rows]
