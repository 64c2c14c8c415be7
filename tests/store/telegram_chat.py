"""People with a Telegram chat, and sightings with a best picture, as tests need them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from services.core.ids import new_id
from services.store import channel, person
from services.store.person import Person
from services.store.tables import detection, sighting
from tests.people import somebody, way

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def add_person(connection: Connection, name: str, **more: Any) -> Person:
    """Somebody who is told of everything."""
    made = somebody(name, **more)
    person.add(connection, made)
    return made


def add_channel(connection: Connection, one: Person, address: str, kind: str = "telegram", **more: Any) -> str:
    """A chat of theirs; the channel's id."""
    return channel.add(connection, way(one, kind, address, **more)).id


def add_sighting(connection: Connection, label: str, best_image_id: str, best_score: float) -> str:
    """A thing that the camera Front Door sees best in this picture; its id."""
    values: dict[str, Any] = dict.fromkeys(("first_image_id", "last_image_id", "best_image_id"), best_image_id)
    values |= {"id": new_id(), "camera_id": "front-door", "label": label, "began_at": NOON, "last_seen_at": NOON}
    values |= {"images": 2, "missed": 0, "recent": 3, "still": False, "x1": 0.1, "y1": 0.1, "x2": 0.4, "y2": 0.9}
    connection.execute(insert(sighting).values(**values, best_score=best_score))
    return str(values["id"])


def belong(connection: Connection, image_id: str, label: str, sighting_id: str, score: float = 0.87) -> None:
    """What was seen in this picture is that thing."""
    seen = (detection.c.image_id == image_id, detection.c.label == label)
    connection.execute(update(detection).where(*seen).values(sighting_id=sighting_id, score=score))
