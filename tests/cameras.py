"""Cameras that are reached by an address, for tests."""

from typing import Any

from sqlalchemy import Connection

from services.store import access, camera
from services.store.access import Access
from tests.pictures import NOON

SECRETS = {"account": "cellar-admin", "password": "w1ne&cheese"}


def reached(camera_id: str, **values: Any) -> Access:
    """How a camera is reached: by a picture of a Foscam's, but for what is given."""
    rest: dict[str, Any] = {
        "maker": "foscam",
        "shown": "192.0.2.7:88",
        "snapshot_url": "http://192.0.2.7:88/cgi-bin/CGIProxy.fcgi?cmd=snapPicture2&usr={account}&pwd={password}",
        "created_at": NOON,
        "changed_at": NOON,
    }
    return Access(camera_id=camera_id, **(rest | SECRETS | values))


def hang_up(connection: Connection, source: str = "Cellar", **values: Any) -> Access:
    """A camera in the database that is reached so."""
    made = reached(camera.register(connection, source, NOON), **values)
    access.change(connection, made)
    return made
