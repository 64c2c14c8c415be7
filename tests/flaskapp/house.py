"""A house for the gallery's tests: cameras, pictures, events and decisions, put straight into the real database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
from sqlalchemy import Connection, Engine, insert, update

from services.core.ids import new_id
from services.core.media import Media
from services.store.alert_tables import attempt, decision, delivery
from services.store.person_tables import telling
from services.store.tables import camera, detection, event, image, node, sighting

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
A_HASH = "0" * 64


class Standing:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.moment = now
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


def drawn(width: int = 1280, height: int = 720) -> bytes:
    """A JPEG with something in it."""
    ramp = np.linspace(40, 200, width, dtype=np.uint8)
    picture = np.dstack([np.tile(ramp, (height, 1))] * 3)
    cv2.circle(picture, (width // 2, height // 2), height // 4, (80, 180, 90), -1)
    return bytes(cv2.imencode(".jpg", picture)[1])


@dataclass
class House:
    """Writes what services would have written."""

    engine: Engine
    media: Media
    made: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    def camera(self, name: str = "Front Door", camera_id: str = "front-door", **more: Any) -> str:
        values: dict[str, Any] = {
            "id": camera_id,
            "source": name,
            "name": name,
            "plan": "detect",
            "min_score": 0.4,
            "alert_labels": ["person"],
            "created_at": NOON - timedelta(days=9),
        }
        with self.writing() as connection:
            connection.execute(insert(camera).values(**values | more))
        return camera_id

    def node(self, name: str = "Pi", node_id: str = "pi") -> str:
        with self.writing() as connection:
            connection.execute(insert(node).values(id=node_id, source=name, name=name, created_at=NOON))
        return node_id

    def picture(
        self,
        camera_id: str = "front-door",
        at: datetime = NOON,
        labels: Sequence[str] = (),
        data: bytes | None = None,
        **more: Any,
    ) -> str:
        """A picture with one kept detection for each label; `data` also makes its file."""
        image_id = more.pop("id", None) or new_id()
        path = f"images/{at:%Y-%m-%d}/{camera_id}-{image_id}.jpg"
        values: dict[str, Any] = {
            "id": image_id,
            "camera_id": camera_id,
            "name": path.rsplit("/", 1)[1],
            "path": path,
            "captured_at": at,
            "received_at": at + timedelta(milliseconds=120),
            "stored_at": at + timedelta(milliseconds=150),
            "width": 1280,
            "height": 720,
            "bytes": len(data or b"") or 1000,
            "sha256": A_HASH,
            "state": "detected",
            "detected_at": at + timedelta(milliseconds=400),
            "decided_at": at + timedelta(milliseconds=200),
            "judged_at": at + timedelta(milliseconds=500),
            "model": "coco-ssd",
            "model_version": "2.2.3",
            "took_ms": 61.0,
        }
        with self.writing() as connection:
            connection.execute(insert(image).values(**values | more))
        if data is not None:
            self.media.prepare()
            self.media.place(path, data)
        for ordinal, label in enumerate(labels):
            self.detection(image_id, label, ordinal, camera_id=camera_id, at=at, best=labels.index(label) == ordinal)
        return image_id

    def detection(self, image_id: str, label: str, ordinal: int, **more: Any) -> None:
        box = more.pop("box", (0.1 + 0.05 * ordinal, 0.2, 0.3 + 0.05 * ordinal, 0.7))
        values = dict(zip(("x1", "y1", "x2", "y2"), box, strict=True)) | {
            "image_id": image_id,
            "ordinal": ordinal,
            "label": label,
            "score": more.pop("score", 0.9 - 0.05 * ordinal),
            "captured_at": more.pop("at", NOON),
            "camera_id": more.pop("camera_id", "front-door"),
            "model": "coco-ssd",
            "model_version": "2.2.3",
            "best": more.pop("best", False),
        }
        with self.writing() as connection:
            connection.execute(insert(detection).values(**values | more))

    def sighting(
        self,
        label: str = "person",
        at: datetime = NOON,
        pictures: Sequence[str] = (),
        lasted: timedelta | None = timedelta(minutes=4),
        **more: Any,
    ) -> str:
        """Something that arrived then and left after `lasted`, None while it is there; seen in these pictures."""
        sighting_id = more.pop("id", None) or new_id()
        shown = list(pictures) or [new_id()]
        values: dict[str, Any] = dict(zip(("x1", "y1", "x2", "y2"), (0.1, 0.2, 0.3, 0.7), strict=True)) | {
            "id": sighting_id,
            "camera_id": "front-door",
            "label": label,
            "began_at": at,
            "arrived_at": at,
            "last_seen_at": at + (lasted or timedelta(minutes=1)),
            "departed_at": at + lasted if lasted is not None else None,
            "images": len(shown),
            "first_image_id": shown[0],
            "arrival_image_id": shown[0],
            "last_image_id": shown[-1],
            "best_image_id": shown[0],
            "best_score": 0.9,
        }
        with self.writing() as connection:
            connection.execute(insert(sighting).values(**values | more))
            of_it = detection.c.image_id.in_(pictures) & (detection.c.label == label)
            changed = update(detection).where(of_it).values(sighting_id=sighting_id, place=1)
            connection.execute(changed.values(arrival=detection.c.image_id == shown[0]))
        return sighting_id

    def event(self, kind: str = "motion", at: datetime = NOON, **more: Any) -> str:
        event_id = new_id()
        values = {
            "id": event_id,
            "kind": kind,
            "detail": more.pop("detail", "moving"),
            "happened_at": at,
            "received_at": at,
            "stored_at": at,
        }
        with self.writing() as connection:
            connection.execute(insert(event).values(**values | more))
        return event_id

    def decision(self, image_id: str | None, outcome: str = "not_told", at: datetime = NOON, **more: Any) -> str:
        decision_id = new_id()
        values = {
            "id": decision_id,
            "image_id": image_id,
            "camera_id": more.pop("camera_id", "front-door"),
            "rule": more.pop("rule", "alert-labels"),
            "outcome": outcome,
            "labels": more.pop("labels", [{"label": "person", "score": 0.9}]),
            "reasons": more.pop("reasons", ["person is an alert label of Front Door"]),
            "asked_at": at,
            "decided_at": at,
            "told_at": at if outcome == "told" else None,
        }
        with self.writing() as connection:
            connection.execute(insert(decision).values(**values | more))
        return decision_id

    def telling(
        self, decision_id: str, person_id: str | None, outcome: str = "told", at: datetime = NOON, **more: Any
    ) -> str:
        """What a decision means for one person."""
        telling_id = new_id()
        values = {
            "id": telling_id,
            "decision_id": decision_id,
            "person_id": person_id,
            "name": more.pop("name", "Anna"),
            "outcome": outcome,
            "reasons": more.pop("reasons", ["Anna wants to know of person at Front Door"]),
            "decided_at": at,
            "told_at": at if outcome == "told" else None,
        }
        with self.writing() as connection:
            connection.execute(insert(telling).values(**values | more))
        return telling_id

    def delivery(
        self,
        decision_id: str,
        state: str,
        tries: Sequence[tuple[str, str | None]],
        at: datetime = NOON,
        channel: str = "email",
        **more: Any,
    ) -> str:
        """A delivery with its attempts, each an (outcome, error)."""
        delivery_id = new_id()
        sent = at + timedelta(seconds=len(tries)) if state == "sent" else None
        with self.writing() as connection:
            connection.execute(
                insert(delivery).values(
                    id=delivery_id,
                    decision_id=decision_id,
                    channel=channel,
                    state=state,
                    next_try_at=at,
                    tries=len(tries),
                    sent_at=sent,
                    created_at=at,
                    **more,
                )
            )
            for number, (outcome, error) in enumerate(tries, 1):
                began = at + timedelta(seconds=number - 1)
                connection.execute(
                    insert(attempt).values(
                        id=new_id(),
                        delivery_id=delivery_id,
                        number=number,
                        started_at=began,
                        ended_at=began + timedelta(milliseconds=300),
                        outcome=outcome,
                        error=error,
                    )
                )
        return delivery_id
