"""Changes of cameras and of what is drawn for them, each with who made it; the caller's transaction holds both."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from flaskapp.camera import form
from flaskapp.gallery import gallery
from flaskapp.guard import Person
from services.store import audit, camera, zone
from services.store.audit import Change
from services.store.camera import Camera
from services.store.zone import Zone

UPDATE, SEEING, NOUN = "camera.update", "camera.seeing", "cameras"


def change(connection: Connection, by: Person, action: str, found: Camera, wanted: Mapping[str, Any]) -> bool:
    """Changes columns, and writes who did; whether anything was different."""
    changed = {name: value for name, value in wanted.items() if value != form.present(found, name)}
    if changed:
        before = {name: form.present(found, name) for name in changed}
        camera.change(connection, found.id, **changed)
        audit.write(connection, gallery().now(), by.id, Change(action, found.id, before, changed))
    return bool(changed)


def add_zone(connection: Connection, by: Person, camera_id: str, made: Zone) -> None:
    """A new zone or mask. Raises `IntegrityError` as `zone.add` does."""
    zone.add(connection, camera_id, made, gallery().now())
    _write(connection, by, "zone.add", camera_id, None, made)


def change_zone(connection: Connection, by: Person, camera_id: str, before: Zone, made: Zone) -> None:
    """Another shape, name or kind. Raises `IntegrityError` as `zone.add` does."""
    zone.change(connection, made)
    _write(connection, by, "zone.change", camera_id, before, made)


def remove_zone(connection: Connection, by: Person, camera_id: str, before: Zone) -> None:
    """Deletes a zone or mask."""
    zone.remove(connection, before.id)
    _write(connection, by, "zone.delete", camera_id, before, None)


def _write(
    connection: Connection, by: Person, action: str, camera_id: str, before: Zone | None, after: Zone | None
) -> None:
    told = [None if one is None else {"camera_id": camera_id, **one.values()} for one in (before, after)]
    zone_id = next(one.id for one in (before, after) if one is not None)
    audit.write(connection, gallery().now(), by.id, Change(action, zone_id, *told))
