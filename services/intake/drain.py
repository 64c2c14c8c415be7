"""Brings the spool into MariaDB and then rings the bell. May be killed anywhere: rows are written once.

Runs in a process of its own beside the intake, so that the two never fight for one interpreter.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath

from prometheus_client import Counter
from sqlalchemy import Connection, Engine

from services.core.clock import Clock, from_rfc3339
from services.core.ids import new_id
from services.core.logging import get
from services.core.media import Media
from services.core.messages import EventNew, ImageNew, Message
from services.core.spool import Batch, Record, SpoolReader
from services.store import camera, event, image, node
from services.store.event import Event
from services.store.image import NewImage

BATCH = 200
unacknowledged = Counter("intake_records_without_picture", "records whose picture was never whole nor acknowledged")
log = get(__name__)


class Drain:
    """One spool's way into the database. `ring` publishes; it may fail, for keeper rings again."""

    def __init__(
        self, spool: SpoolReader, media: Media, engine: Engine, clock: Clock, ring: Callable[..., None]
    ) -> None:
        self._spool = spool
        self._media = media
        self._engine = engine
        self._clock = clock
        self._ring = ring

    def drain(self) -> int:
        """Drains one batch; gives how many records it held. Raises a database error when MariaDB is away."""
        batch = self._spool.read(BATCH)
        messages = self._write(batch) if batch.records else []
        self._spool.drained(batch)
        if messages:
            self._ring(*messages)
        return len(batch.records)

    def _write(self, batch: Batch) -> list[Message]:
        records = list(filter(self._is_whole, batch.records)) if batch.doubtful else batch.records
        with self._engine.begin() as connection:
            images = [self._image(connection, one) for one in records if one["kind"] == "image"]
            events = [self._event(connection, one) for one in records if one["kind"] == "event"]
            events += self._note_seen(connection, records)
            image.add(connection, images)
            event.add(connection, events)
        return [*map(self._image_new, images), *(event_new(self._clock, one) for one in events)]

    def _is_whole(self, record: Record) -> bool:
        """After a kill, a record may be there without its picture: it was not acknowledged."""
        if record["kind"] != "image":
            return True
        try:
            data = self._media.path(record["path"]).read_bytes()
        except FileNotFoundError:
            data = b""
        whole = hashlib.sha256(data).hexdigest() == record["sha256"]
        if not whole:
            unacknowledged.inc()
            log.warning("record_without_picture", image_id=record["id"], path=record["path"])
        return whole

    def _image(self, connection: Connection, record: Record) -> NewImage:
        received_at = from_rfc3339(record["received_at"])
        return NewImage(
            id=record["id"],
            camera_id=camera.register(connection, record["source"], received_at),
            name=PurePosixPath(record["path"]).name,
            path=record["path"],
            captured_at=from_rfc3339(record["captured_at"]),
            received_at=received_at,
            stored_at=self._clock.now(),
            width=record["width"],
            height=record["height"],
            bytes=record["bytes"],
            sha256=record["sha256"],
        )

    def _event(self, connection: Connection, record: Record) -> Event:
        received_at = from_rfc3339(record["received_at"])
        camera_id, node_id = _speaker(connection, record, received_at)
        if node_id and record["facts"]:
            node.restarted(connection, node_id, received_at, record["facts"])
        return Event(
            id=record["id"],
            kind=record["event"],
            camera_id=camera_id,
            node_id=node_id,
            detail=record["detail"],
            happened_at=from_rfc3339(record["happened_at"]),
            received_at=received_at,
            stored_at=self._clock.now(),
            region=record["region"],
            value=record["value"],
            unit=record["unit"],
            sensor=record["sensor"],
            text=record["text"],
        )

    def _note_seen(self, connection: Connection, records: Iterable[Record]) -> list[Event]:
        """Notes who spoke; gives an event for each silence that ends with it."""
        newest: dict[tuple[str, str], datetime] = {}
        for record in records:
            at = from_rfc3339(record["received_at"])
            camera_id, node_id = _speaker(connection, record, at)
            for key in (("camera", camera_id), ("node", node_id)):
                if key[1]:
                    newest[key[0], key[1]] = max(at, newest.get((key[0], key[1]), at))
        return [self._back(*who, at) for who, at in sorted(newest.items()) if _seen(connection, *who, at)]

    def _back(self, noun: str, noun_id: str, at: datetime) -> Event:
        return silence_event(self._clock, noun, noun_id, "back", "speaks again", at)

    def _image_new(self, one: NewImage) -> ImageNew:
        return ImageNew.make(
            self._clock,
            "intake",
            image_id=one.id,
            camera_id=one.camera_id,
            captured_at=one.captured_at,
            received_at=one.received_at,
        )


def _speaker(connection: Connection, record: Record, at: datetime) -> tuple[str | None, str | None]:
    """The camera and the node that a record is from; a camera's node is known by its name."""
    source = record["source"]
    whose = "camera" if record["kind"] == "image" else record.get("of", "node")
    if whose == "camera" or (whose == "either" and camera.id_of_source(connection, source)):
        camera_id = camera.register(connection, source, at)
        known = camera.find(connection, camera_id)
        return camera_id, known.node_id if known else None
    return None, node.register(connection, source, at)


def _seen(connection: Connection, noun: str, noun_id: str, at: datetime) -> bool:
    return camera.seen(connection, noun_id, at) if noun == "camera" else node.seen(connection, noun_id, at)


def silence_event(clock: Clock, noun: str, noun_id: str, end: str, detail: str, at: datetime) -> Event:
    """`camera_silent`, `camera_back`, `node_silent` or `node_back`."""
    return Event(
        id=new_id(),
        kind=f"{noun}_{end}",
        camera_id=noun_id if noun == "camera" else None,
        node_id=noun_id if noun == "node" else None,
        detail=detail,
        happened_at=at,
        received_at=clock.now(),
        stored_at=clock.now(),
    )


def event_new(clock: Clock, one: Event) -> EventNew:
    """The bell for an event's row."""
    return EventNew.make(
        clock,
        "intake",
        event_id=one.id,
        kind=one.kind,
        camera_id=one.camera_id,
        node_id=one.node_id,
        detail=one.detail,
        value=one.value,
        unit=one.unit,
        happened_at=one.happened_at,
    )
