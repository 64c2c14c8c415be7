"""Rows and files of pictures for tests, and a clock that a test holds."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
from sqlalchemy import Engine, update

from services.core.ids import new_id
from services.core.media import Media, image_path
from services.store import camera, image
from services.store.image import Image, NewImage
from services.store.tables import image as image_table

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class HeldClock:
    """Stands still until the test lets time pass."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self._seconds = 1000.0

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._seconds

    def pass_by(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)
        self._seconds += seconds

    def jump(self, seconds: float) -> None:
        """The wall clock is set; no time passes."""
        self._at += timedelta(seconds=seconds)


def jpeg(width: int = 64, height: int = 48, shade: int = 90) -> bytes:
    """A plain grey JPEG."""
    done, data = cv2.imencode(".jpg", np.full((height, width, 3), shade, np.uint8))
    assert done
    return data.tobytes()


def lively(number: int = 0, width: int = 160, height: int = 120) -> bytes:
    """A JPEG of some kilobytes with something in every block, another one for each number."""
    pixels = np.random.default_rng(number).integers(0, 255, (height, width, 3), np.uint8)
    done, data = cv2.imencode(".jpg", pixels)
    assert done
    return data.tobytes()


@dataclass
class Album:
    """Puts pictures into a database and a media folder. Each one is a second younger than the one before."""

    engine: Engine
    media: Media
    at: datetime = NOON - timedelta(hours=1)
    data: bytes = field(default_factory=jpeg)

    def add(self, source: str = "Front Door", data: bytes | None = None, **values: Any) -> str:
        """One picture with its file, in state `new`; `values` are then set in its row. Its id."""
        self.at += timedelta(seconds=1)
        content = self.data if data is None else data
        path = image_path(source, self.at)
        self.media.place(path, content)
        made = NewImage(
            id=new_id(),
            camera_id="",
            name=path.rsplit("/", 1)[-1],
            path=path,
            captured_at=self.at,
            received_at=self.at,
            stored_at=self.at,
            width=64,
            height=48,
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        with self.engine.begin() as connection:
            camera_id = camera.register(connection, source, self.at)
            image.add(connection, [NewImage(**{**made.__dict__, "camera_id": camera_id})])
        if values:
            self.set(made.id, **values)
        return made.id

    def pending(self, source: str = "Front Door", **more: Any) -> str:
        """One that waits for a detector."""
        return self.add(source, **{"state": "pending", "decided_at": self.at, **more})

    def set(self, image_id: str, **values: Any) -> None:
        """Changes a row past all rules but the schema's."""
        with self.engine.begin() as connection:
            connection.execute(update(image_table).where(image_table.c.id == image_id).values(**values))

    def get(self, image_id: str) -> Image:
        """The row."""
        with self.engine.connect() as connection:
            found = image.find(connection, image_id)
        assert found
        return found
