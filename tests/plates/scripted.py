"""A reader that does as a test says, and what it works on."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from services.core.ids import new_id
from services.core.polygon import Box
from services.plates.plate import Pixels, Plate, Reading
from services.store.tables import detection, sighting
from tests.pictures import NOON

CAR = (0.2, 0.3, 0.7, 0.9)
ON_THE_CAR = (0.4, 0.7, 0.5, 0.75)


def plate(text: str, score: float = 0.9) -> Plate:
    return Plate(text, text.lower(), score, ON_THE_CAR)


class Scripted:
    """Answers each picture by the next text of its list, for every vehicle the same."""

    name = "scripted"
    remote = False

    def __init__(self, *texts: str, before: Callable[[], object] = lambda: None) -> None:
        self._texts = list(texts)
        self._before = before
        self.vehicles: list[Sequence[Box]] = []

    def read(self, picture: Pixels, vehicles: Sequence[Box]) -> Reading:
        self._before()
        self.vehicles.append(vehicles)
        text = self._texts.pop(0) if self._texts else ""
        return Reading(tuple((plate(text),) if text else () for _ in vehicles), self.name)

    def close(self) -> None:
        pass


def hang() -> None:
    """Never comes back."""
    threading.Event().wait()


def arrive(engine: Engine, image_id: str, camera_id: str = "front-door", at: datetime = NOON, **more: Any) -> str:
    """A car's sighting that begins with this picture."""
    sighting_id = new_id()
    values: dict[str, Any] = {
        "id": sighting_id,
        "camera_id": camera_id,
        "label": "car",
        "began_at": at,
        "arrived_at": at,
        "last_seen_at": at,
        "images": 1,
        **dict(zip(("x1", "y1", "x2", "y2"), CAR, strict=True)),
        "first_image_id": image_id,
        "arrival_image_id": image_id,
        "last_image_id": image_id,
        "best_image_id": image_id,
        "best_score": 0.8,
    }
    with engine.begin() as connection:
        connection.execute(insert(sighting).values(**values | more))
    return sighting_id


def detect(engine: Engine, image_id: str, sighting_id: str | None, ordinal: int = 0, **more: Any) -> None:
    """A vehicle in a picture."""
    values: dict[str, Any] = {
        "image_id": image_id,
        "ordinal": ordinal,
        "camera_id": "front-door",
        "captured_at": NOON + timedelta(seconds=ordinal),
        "label": "car",
        "score": 0.8,
        **dict(zip(("x1", "y1", "x2", "y2"), CAR, strict=True)),
        "model": "coco-ssd",
        "model_version": "1",
        "best": ordinal == 0,
        "sighting_id": sighting_id,
        "place": 1,
    }
    with engine.begin() as connection:
        connection.execute(insert(detection).values(**values | more))
