"""Rows of cameras that are recorded, for tests."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from services.core.ids import new_id
from services.store import camera, segment
from services.store.recording_tables import access
from services.store.segment import Segment
from tests.pictures import NOON


def recorded_camera(engine: Engine, source: str = "Yard", **values: Any) -> str:
    """A camera that is reached by RTSP; its id."""
    given = {"stream_url": "rtsp://10.0.0.5/live", "account": "watch", "password": "pa:ss@w/rd", **values}
    fixed = {"maker": "own", "shown": "10.0.0.5", "transport": "tcp", "records": True, "watches": True}
    times = {"created_at": NOON, "changed_at": NOON}
    with engine.begin() as connection:
        camera_id = camera.register(connection, source, NOON)
        connection.execute(insert(access).values(camera_id=camera_id, **fixed | times | given))
    return camera_id


def a_segment(engine: Engine, camera_id: str, began_at: datetime, seconds: float = 300, **values: Any) -> Segment:
    """A row without a file."""
    made: dict[str, Any] = {
        "id": new_id(),
        "camera_id": camera_id,
        "path": f"recordings/2026-05-01/{camera_id}-{began_at:%Y%m%dT%H%M%S}Z.mp4",
        "began_at": began_at,
        "ended_at": began_at + timedelta(seconds=seconds),
        "bytes": 1000,
        "width": 640,
        "height": 360,
        "video": "h264",
        "audio": None,
        "whole": True,
        "stored_at": NOON,
    }
    one = Segment(**made | values)
    with engine.begin() as connection:
        segment.add(connection, [one])
    return one
