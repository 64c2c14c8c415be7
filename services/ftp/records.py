"""The records of what is neither picture nor event, and how the drain makes rows of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from services.core.clock import Clock, from_rfc3339, to_rfc3339
from services.core.logging import get
from services.core.messages import Message
from services.core.spool import Record
from services.ftp import metrics
from services.intake.drain import Write
from services.intake.speakers import Speakers
from services.store import garbage, sent_clip, upload
from services.store.sent_clip import SentClip
from services.store.upload import Upload

FILM, OTHER = "film", "other"
log = get(__name__)
AGAIN = "its sender had sent it before"


def film(file_id: str, source: str, path: str, began_at: datetime, length: timedelta, **file: Any) -> Record:
    """A film; `file` holds name, bytes, sha256 and received_at (RFC 3339)."""
    times = {"began_at": to_rfc3339(began_at), "ended_at": to_rfc3339(began_at + length)}
    return {"kind": FILM, "id": file_id, "source": source, "path": path, **times, **file}


def other(file_id: str, source: str | None, sender: str, path: str, **file: Any) -> Record:
    """Any other file; `source` None: nobody knows of which camera it is. `file` as for `film`."""
    return {"kind": OTHER, "id": file_id, "source": source, "sender": sender, "path": path, **file}


def writers(clock: Clock) -> dict[str, Write]:
    """What the drain writes of each kind."""

    def films(connection: Connection, speakers: Speakers, records: Sequence[Record]) -> Sequence[Message]:
        new = _once(connection, clock, records, sent_clip.paths_of)
        made = [_clip(speakers.camera_of(connection, one), one, clock.now()) for one in new]
        sent_clip.add(connection, made)
        return []

    def others(connection: Connection, speakers: Speakers, records: Sequence[Record]) -> Sequence[Message]:
        new = _once(connection, clock, records, upload.paths_of)
        made = [_upload(_camera(connection, speakers, one), one, clock.now()) for one in new]
        upload.add(connection, made)
        return []

    return {FILM: films, OTHER: others}


def _once(
    connection: Connection,
    clock: Clock,
    records: Sequence[Record],
    paths_of: Callable[[Connection, Sequence[str]], Mapping[str, str]],
) -> list[Record]:
    """Lets the files of repetitions go: another file has their id."""
    first = dict(paths_of(connection, [one["id"] for one in records]))
    new = [one for one in records if first.setdefault(one["id"], one["path"]) == one["path"]]
    for one in records:
        if first[one["id"]] != one["path"]:
            garbage.add(connection, one["path"], AGAIN, clock.now())
            metrics.sent_again.inc()
            log.info("file_sent_again", id=one["id"], path=one["path"])
    return new


def _camera(connection: Connection, speakers: Speakers, record: Record) -> str | None:
    return speakers.camera_of(connection, record) if record["source"] is not None else None


def _clip(camera_id: str, record: Record, now: datetime) -> SentClip:
    return SentClip(
        id=record["id"],
        camera_id=camera_id,
        detail=record["name"][:300],
        path=record["path"],
        began_at=from_rfc3339(record["began_at"]),
        ended_at=from_rfc3339(record["ended_at"]),
        bytes=record["bytes"],
        created_at=now,
    )


def _upload(camera_id: str | None, record: Record, now: datetime) -> Upload:
    return Upload(
        id=record["id"],
        camera_id=camera_id,
        sender=record["sender"],
        name=record["name"][:255],
        path=record["path"],
        bytes=record["bytes"],
        sha256=record["sha256"],
        received_at=from_rfc3339(record["received_at"]),
        stored_at=now,
    )
