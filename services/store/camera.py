"""Cameras: they register themselves by speaking; people name them and say what is done with their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from services.core.ids import numbered, slug
from services.store import config
from services.store.recording_tables import access
from services.store.tables import camera, node


@dataclass(frozen=True)
class Camera:
    """One row of `camera`; `labels` None means every label, `alert_modes` None every mode, times are aware UTC.

    `sql/` explains each column.
    """

    id: str
    source: str
    name: str
    node_id: str | None
    plan: str
    labels: list[str] | None
    min_score: float
    label_scores: dict[str, float]
    night_min_score: float | None
    min_area: float
    max_area: float
    min_height: float
    crops: str
    seen_in: int
    seen_of: int
    alert_labels: list[str]
    departure_labels: list[str]
    alert_modes: list[str] | None
    schedule_id: str | None
    entry: bool
    silent_after_s: int | None
    last_seen_at: datetime | None
    silent_since: datetime | None
    created_at: datetime


def _camera(row: Row[Any]) -> Camera:
    return Camera(**row._mapping)


def all_cameras(connection: Connection) -> list[Camera]:
    """Every camera, by name."""
    return [_camera(row) for row in connection.execute(select(camera).order_by(camera.c.name, camera.c.id))]


def find(connection: Connection, camera_id: str) -> Camera | None:
    """One camera, or None."""
    row = connection.execute(select(camera).where(camera.c.id == camera_id)).one_or_none()
    return _camera(row) if row else None


def change(connection: Connection, camera_id: str, **fields: Any) -> None:
    """Changes what people may change, and raises the version of `config/cameras`."""
    connection.execute(update(camera).where(camera.c.id == camera_id).values(**fields))
    config.bump(connection, "cameras")


def id_of_source(connection: Connection, source: str) -> str | None:
    """The id of the camera that sends under this name, or None when it has not spoken before."""
    return connection.scalar(select(camera.c.id).where(camera.c.source == source))


def register(connection: Connection, source: str, at: datetime) -> str:
    """The id of the camera that sends under this name; makes its row at its first word.

    Two names may have one slug (`Front Door`, `front-door`): the later one gets a number.
    """
    known = id_of_source(connection, source)
    if known is not None:
        return known
    node_id = _node_of(connection, source)
    base = slug(source)
    for number in range(1, 1000):
        camera_id = base if number == 1 else numbered(base, number)
        if _insert(connection, camera_id, source, node_id, at):
            config.bump(connection, "cameras")
            return camera_id
        known = id_of_source(connection, source)
        if known is not None:
            return known
    raise ValueError(f"a thousand cameras are named like {base}: rename the senders")


def enter(connection: Connection, camera_id: str, source: str, at: datetime) -> bool:
    """Makes the row of a camera that is known from elsewhere; False when its id or source is another's."""
    made = _insert(connection, camera_id, source, _node_of(connection, source), at)
    config.bump(connection, "cameras")
    return made


def _insert(connection: Connection, camera_id: str, source: str, node_id: str | None, at: datetime) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(
                insert(camera).values(
                    id=camera_id,
                    source=source,
                    name=source[:120],
                    node_id=node_id,
                    plan="detect",
                    min_score=0.4,
                    alert_labels=["person"],
                    created_at=at,
                )
            )
    except IntegrityError:
        return False
    return True


def _node_of(connection: Connection, source: str) -> str | None:
    """The node whose name begins the camera's: `Driveway RPiCam7` is of `Driveway`; the longest one wins."""
    starts = [source[:at] for at, letter in enumerate(source) if letter == " "] + [source]
    return connection.scalar(
        select(node.c.id).where(node.c.source.in_(starts)).order_by(func.char_length(node.c.source).desc()).limit(1)
    )


def adopt(connection: Connection, node_id: str, node_source: str) -> None:
    """Gives a node that has just registered the cameras whose names begin with its own."""
    begins = camera.c.source.startswith(f"{node_source} ", autoescape=True)
    connection.execute(
        update(camera)
        .where(or_(begins, camera.c.source == node_source), camera.c.node_id.is_(None))
        .values(node_id=node_id)
    )


def seen(connection: Connection, camera_id: str, at: datetime) -> bool:
    """Notes that a camera spoke. True when its silence ends with that."""
    was_silent: datetime | None = connection.scalar(select(camera.c.silent_since).where(camera.c.id == camera_id))
    connection.execute(
        update(camera)
        .where(camera.c.id == camera_id)
        .values(last_seen_at=func.greatest(func.coalesce(camera.c.last_seen_at, at), at), silent_since=None)
    )
    return was_silent is not None and at > was_silent


def speaking(connection: Connection) -> Sequence[Camera]:
    """Cameras that are not counted as silent. One that we reach ourselves speaks when we do, unless it has a limit."""
    reached = select(access.c.camera_id).where(access.c.camera_id == camera.c.id).exists()
    asked = select(camera).where(camera.c.silent_since.is_(None), or_(~reached, camera.c.silent_after_s.is_not(None)))
    return [_camera(row) for row in connection.execute(asked)]


def mark_silent(connection: Connection, camera_id: str, since: datetime) -> bool:
    """Raises a camera's silence; False when it had been raised before."""
    done = connection.execute(
        update(camera).where(camera.c.id == camera_id, camera.c.silent_since.is_(None)).values(silent_since=since)
    )
    return done.rowcount == 1
