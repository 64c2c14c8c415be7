"""Brings the spool into MariaDB and then rings the bell. May be killed anywhere: rows are written once.

Runs in a process of its own beside the intake, so that the two never fight for one interpreter.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from prometheus_client import Counter
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from services.core.camera_events import CAMERA_EVENTS
from services.core.clock import Clock, from_rfc3339
from services.core.ids import new_id
from services.core.logging import get
from services.core.media import Media
from services.core.messages import ImageNew, Message
from services.core.spool import Batch, Record, SpoolReader
from services.intake.speakers import Speakers
from services.store import event, garbage, image, node
from services.store.engine import Misfit
from services.store.event import Event
from services.store.image import NewImage

BATCH = 500
MISFITS = "misfits.jsonl"
unacknowledged = Counter("intake_records_without_picture", "records whose picture was never whole nor acknowledged")
repeated = Counter("intake_images_sent_again", "pictures that their sender repeated, its answer having been lost")
misfits = Counter("intake_records_set_aside", "records that the database does not take; they are kept in a file")
log = get(__name__)


Write = Callable[[Connection, Speakers, Sequence[Record]], Sequence[Message]]
"""Writes the rows of an intake's own kind of record, in the drain's transaction; gives what is rung afterwards."""


class Drain:
    """One spool's way into the database. `ring` publishes; it may fail, for keeper rings again.

    `more` writes the kinds of record that only this intake has. A record with a `path` and a `sha256` is one of a file.
    """

    def __init__(
        self,
        spool: SpoolReader,
        media: Media,
        engine: Engine,
        clock: Clock,
        ring: Callable[..., None],
        more: Mapping[str, Write] | None = None,
    ) -> None:
        self._spool = spool
        self._media = media
        self._engine = engine
        self._clock = clock
        self._ring = ring
        self._more = more or {}
        self._speakers = Speakers()

    def drain(self) -> int:
        """Drains one batch; gives how many records it held. Raises a database error when MariaDB is away."""
        batch = self._spool.read(BATCH)
        messages = self._write(self._whole(batch)) if batch.records else []
        self._spool.drained(batch)
        if messages:
            self._ring(*messages)
        return len(batch.records)

    def _whole(self, batch: Batch) -> list[Record]:
        return list(filter(self._is_whole, batch.records)) if batch.doubtful else batch.records

    def _is_whole(self, record: Record) -> bool:
        """After a kill, a record may be there without its file: it was not acknowledged."""
        if "sha256" not in record:
            return True
        whole: bool = self._hash(record["path"]) == record["sha256"]
        if not whole:
            self._media.discard(record["path"])
            unacknowledged.inc()
            log.warning("record_without_file", id=record["id"], path=record["path"])
        return whole

    def _hash(self, path: str) -> str:
        try:
            with self._media.path(path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""

    def _write(self, records: Sequence[Record]) -> list[Message]:
        """One transaction for all; where a record does not fit, one for each, so that the others get in."""
        try:
            return self._commit(records)
        except (DBAPIError, ValueError, KeyError) as error:
            self._speakers.forget()
            if not _is_misfit(error):
                raise
            if len(records) > 1:
                return [message for record in records for message in self._write([record])]
            self._set_aside(records[0], error)
            return []

    def _set_aside(self, record: Record, error: Exception) -> None:
        with (self._spool.folder / MISFITS).open("a") as file:
            file.write(json.dumps(record) + "\n")
        misfits.inc()
        why = str(error.orig) if isinstance(error, DBAPIError) else repr(error)
        log.error("record_set_aside", record_id=record.get("id"), error=why, file=str(self._spool.folder / MISFITS))

    def _commit(self, records: Sequence[Record]) -> list[Message]:
        with self._engine.begin() as connection:
            images = [self._image(connection, one) for one in records if one["kind"] == "image"]
            events = [self._event(connection, one) for one in records if one["kind"] == "event"]
            for one in records:
                if one["kind"] == "heartbeat":
                    self._speakers.of(connection, one)
            events += [self._back(*who) for who in self._speakers.note(connection)]
            images = self._once(connection, images)
            image.add(connection, images)
            event.add(connection, events)
            others = self._write_more(connection, records)
        return [*map(self._image_new, images), *(one.bell(self._clock, "intake") for one in events), *others]

    def _write_more(self, connection: Connection, records: Sequence[Record]) -> list[Message]:
        return [
            message
            for kind, write in self._more.items()
            if (of_kind := [one for one in records if one["kind"] == kind])
            for message in write(connection, self._speakers, of_kind)
        ]

    def _once(self, connection: Connection, images: Sequence[NewImage]) -> list[NewImage]:
        """Lets the files of repetitions go. Not before the first one's row is written: it is one transaction."""
        again = image.sent_again(connection, images)
        for one in again:
            garbage.add(connection, one.path, "its sender had sent it before", self._clock.now())
            repeated.inc()
            log.info("picture_sent_again", image_id=one.id, path=one.path)
        return [one for one in images if one not in again]

    def _image(self, connection: Connection, record: Record) -> NewImage:
        received_at = from_rfc3339(record["received_at"])
        return NewImage(
            id=record["id"],
            camera_id=self._speakers.camera_of(connection, record),
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
        camera_id, node_id = self._speakers.of(connection, record)
        if node_id and record["facts"]:
            node.restarted(connection, node_id, received_at, record["facts"])
        now = self._clock.now()
        return Event(
            id=record["id"],
            kind=record["event"],
            camera_id=camera_id,
            node_id=node_id,
            detail=record["detail"],
            happened_at=from_rfc3339(record["happened_at"]),
            received_at=received_at,
            stored_at=now,
            undecided_since=now if camera_id and record["event"] in CAMERA_EVENTS else None,
            region=record["region"],
            value=record["value"],
            unit=record["unit"],
            sensor=record["sensor"],
            text=record["text"],
        )

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


def _is_misfit(error: Exception) -> bool:
    """Whether it is the record's fault, and so would be for ever."""
    return isinstance(error, Misfit) or not isinstance(error, DBAPIError)


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
