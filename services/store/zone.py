"""Zones and masks: parts of a camera's view that people have drawn. A change counts from the next picture on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from services.core.polygon import Box, Corner, foot, inside
from services.store import config
from services.store.tables import detection_zone, zone

ZONE = "zone"
MASK = "mask"


class ZoneRef(NamedTuple):
    """Which zone a detection is in."""

    id: str
    name: str


@dataclass(frozen=True)
class Zone:
    """One row of `zone`: at least three `points`. A `mask` drops what is in it, a `zone` tells it apart.

    `labels` are those that a mask drops, None for all.
    """

    id: str
    kind: str
    name: str
    points: tuple[Corner, ...]
    labels: tuple[str, ...] | None = None

    @property
    def ref(self) -> ZoneRef:
        """How a detection names it."""
        return ZoneRef(self.id, self.name)

    def values(self) -> dict[str, Any]:
        """What people may change, as columns and as the audit tells it."""
        labels = None if self.labels is None else list(self.labels)
        return {"kind": self.kind, "name": self.name, "points": [list(one) for one in self.points], "labels": labels}

    def holds_for(self, label: str) -> bool:
        """Whether a mask drops this label."""
        return self.labels is None or label in self.labels


def around(shapes: Iterable[Zone], box: Box) -> tuple[Zone, ...]:
    """Those shapes that the thing in the box stands in."""
    point = foot(box)
    return tuple(shape for shape in shapes if inside(shape.points, point))


def of_camera(connection: Connection, camera_id: str) -> list[Zone]:
    """A camera's zones and masks, by name."""
    query = select(zone).where(zone.c.camera_id == camera_id).order_by(zone.c.name, zone.c.id)
    return [_zone(row) for row in connection.execute(query)]


def names(connection: Connection) -> Mapping[str, list[str]]:
    """The names of every camera's zones, masks aside, in their order; an empty list for a camera without any."""
    query = select(zone.c.camera_id, zone.c.name).where(zone.c.kind == ZONE).order_by(zone.c.name)
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.camera_id].append(row.name)
    return found


def find(connection: Connection, camera_id: str, zone_id: str) -> Zone | None:
    """One zone or mask of a camera, held until the transaction ends; or None."""
    query = select(zone).where(zone.c.id == zone_id, zone.c.camera_id == camera_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return _zone(row) if row else None


def add(connection: Connection, camera_id: str, made: Zone, at: datetime) -> None:
    """Writes a new one. Raises `IntegrityError` when the camera has one of that name."""
    connection.execute(insert(zone).values(id=made.id, camera_id=camera_id, created_at=at, **made.values()))
    config.bump(connection, "cameras")


def change(connection: Connection, made: Zone) -> None:
    """Gives it another shape, name or kind; its id stays. Raises `IntegrityError` as `add` does."""
    connection.execute(update(zone).where(zone.c.id == made.id).values(**made.values()))
    config.bump(connection, "cameras")


def remove(connection: Connection, zone_id: str) -> None:
    """Deletes it, and that pictures were found by it; the pictures and their detections stay."""
    connection.execute(delete(zone).where(zone.c.id == zone_id))
    config.bump(connection, "cameras")


def pictures_up_to(connection: Connection, zone_ids: Iterable[str], limit: int) -> dict[str, int]:
    """In how many pictures something was seen in each zone, but never counts beyond `limit`."""
    counts = {}
    for zone_id in zone_ids:
        some = select(detection_zone.c.image_id).where(detection_zone.c.zone_id == zone_id).limit(limit).subquery()
        counts[zone_id] = int(connection.scalar(select(func.count()).select_from(some)) or 0)
    return counts


def still_there(connection: Connection, zone_ids: Iterable[str]) -> set[str]:
    """Those that were not deleted meanwhile; they cannot be before the transaction ends."""
    wanted = sorted(set(zone_ids))
    if not wanted:
        return set()
    return set(connection.scalars(select(zone.c.id).where(zone.c.id.in_(wanted)).with_for_update(read=True)))


def _zone(row: Row[Any]) -> Zone:
    labels = None if row.labels is None else tuple(row.labels)
    return Zone(row.id, row.kind, row.name, tuple((x, y) for x, y in row.points), labels)
