"""How detectors do: their pace, how often the local model stood in, what they drop, and how often people correct them.

Each question is answered from the newest rows of its time, never from a whole table.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, false, func, literal, select, true, tuple_, union_all

from services.store.tables import camera, correction, detection, image

PICTURES = 500
"""So many pictures, the newest, stand for a time in which there were more."""
SAMPLE = 2_000
"""So many pictures with a label, the newest, stand for all with it."""


@dataclass(frozen=True)
class Dropped:
    """How many things a camera's rules dropped for one reason."""

    because: str
    camera_id: str
    things: int


@dataclass(frozen=True)
class Accuracy:
    """How many detections of a label counted, and how many of them a person put right."""

    model: str
    label: str
    counted: int
    wrong: int

    @property
    def share(self) -> float:
        """Those that were wrong, as a share (0-1)."""
        return self.wrong / self.counted


def looked_at(connection: Connection, since: datetime) -> list[Row[Any]]:
    """The newest pictures since then that a model has looked at, newest first.

    `id`, `captured_at`, `model`, `model_version`, `took_ms` and `fell_back_because`.
    """
    names = ("id", "captured_at", "model", "model_version", "took_ms", "fell_back_because")
    query = select(*(image.c[name] for name in names)).where(image.c.captured_at >= since, image.c.took_ms.is_not(None))
    return list(connection.execute(query.order_by(image.c.captured_at.desc(), image.c.id.desc()).limit(PICTURES)))


def dropped(connection: Connection, since: datetime) -> list[Dropped]:
    """What was dropped since then, by reason and camera, the most frequent first."""
    cameras = connection.scalars(select(camera.c.id)).all()
    parts = [_counted(because, camera_id, since) for because in _reasons(connection) for camera_id in cameras]
    counted = connection.execute(union_all(*parts)) if parts else ()
    found = [Dropped(*row) for row in counted if row.things]
    return sorted(found, key=lambda one: one.things, reverse=True)


def _counted(because: str, camera_id: str, since: datetime) -> Select[str, str, int]:
    # Each on its own, by constants: counted together, MariaDB reads all that was ever dropped for that reason.
    of_camera = (detection.c.dropped_because == because, detection.c.camera_id == camera_id)
    counted = func.count().label("things")
    return select(literal(because), literal(camera_id), counted).where(*of_camera, detection.c.captured_at >= since)


def _reasons(connection: Connection) -> list[str]:
    """Every reason that there is, a step each through the index."""
    found: list[str] = []
    column = detection.c.dropped_because
    query = select(column).where(column.is_not(None)).order_by(column).limit(1)
    because = connection.scalar(query)
    while because is not None:
        found.append(because)
        because = connection.scalar(query.where(column > because))
    return found


def accuracy(connection: Connection, since: datetime) -> list[Accuracy]:
    """Labels of which a person put one right since then, by model, the worst first; others were not complained of.

    Of a label with more than `SAMPLE` pictures the newest count, and only what was put right in these.
    """
    corrected = select(correction.c.label_before).distinct().where(correction.c.corrected_at >= since)
    found = [one for label in connection.scalars(corrected) for one in _of_label(connection, label, since)]
    return sorted(found, key=lambda one: (one.share, one.wrong), reverse=True)


def _of_label(connection: Connection, label: str, since: datetime) -> list[Accuracy]:
    start = _sampled_since(connection, label, since)
    called = (detection.c.best.in_((true(), false())), detection.c.label == label, detection.c.captured_at >= start)
    right = select(detection.c.model, func.count()).where(*called, ~detection.c.corrected, _is_kept())
    counts = {model: int(count) for model, count in connection.execute(right.group_by(detection.c.model))}
    wrong = {model: int(count) for model, count in connection.execute(_put_right(label, start))}
    return [Accuracy(model, label, counts.get(model, 0) + count, count) for model, count in wrong.items()]


def _is_kept() -> Any:
    return detection.c.dropped_because.is_(None)


def _sampled_since(connection: Connection, label: str, since: datetime) -> datetime:
    called = (detection.c.best == true(), detection.c.label == label, detection.c.captured_at >= since)
    newest = (detection.c.captured_at.desc(), detection.c.image_id.desc())
    query = select(detection.c.captured_at).where(*called).order_by(*newest).limit(1).offset(SAMPLE - 1)
    start: datetime | None = connection.scalar(query)
    return start or since


def _put_right(label: str, start: datetime) -> Select[Any]:
    """Of several corrections of one thing the first counts: it was the model that it corrected."""
    before = correction.alias("before")
    same = (before.c.image_id == correction.c.image_id) & (before.c.ordinal == correction.c.ordinal)
    earlier = exists().where(
        same, tuple_(before.c.corrected_at, before.c.id) < tuple_(correction.c.corrected_at, correction.c.id)
    )
    query = select(correction.c.model, func.count()).join(image, image.c.id == correction.c.image_id)
    # A picture is corrected after its capture: what was put right before needs no look.
    newest = (correction.c.label_before == label, correction.c.corrected_at >= start, image.c.captured_at >= start)
    return query.where(*newest, ~earlier).group_by(correction.c.model)
