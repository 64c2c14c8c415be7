"""What becomes of a file that has come whole: a picture, a clip, or one of the other files; durable when it returns."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from services.core.clock import Clock, to_rfc3339
from services.core.ids import new_id
from services.core.logging import get
from services.core.media import received_path
from services.core.spool import Record
from services.ftp import metrics, records
from services.ftp.exif import taken_at
from services.ftp.film import NotAFilm, length
from services.ftp.kinds import HEAD_BYTES, Kind, kind_of
from services.ftp.moment import Dated, dated
from services.ftp.named_time import named_time
from services.ftp.picture import MAX_BYTES, check_jpeg, to_jpeg
from services.ftp.refusal import Refusal
from services.intake.acceptor import STEP, TICK, Move, Picture
from services.intake.desk import Closed, Desk
from services.intake.records import Sent

CLIPS, OTHERS = "recordings", "uploads"
log = get(__name__)


@dataclass(frozen=True)
class Arrival:
    """A file that its sender says is complete. `name` is what it is called below its sender's root.

    `source` is its camera's, None where that is not known. `said_at` is the time that the sender gave it beside its
    name. `is_sure` asks whether the sender was still there when all had come, where the content does not show it.
    """

    file: Path
    name: str
    sender: str
    source: str | None
    said_at: datetime | None = None
    is_sure: Callable[[], bool] = lambda: True


class Taking:
    """For many threads at once; the desk puts them in a row."""

    def __init__(self, desk: Desk, clock: Clock, zone: tzinfo) -> None:
        self._desk = desk
        self._clock = clock
        self._zone = zone
        self._stamping = threading.Lock()
        self._newest = clock.now()

    def take(self, arrival: Arrival) -> str:
        """The reply to its sender: it is durable. Raises `Refusal`; the file is then gone unless it is to be kept."""
        try:
            return self._take(arrival)
        except Refusal as refusal:
            _refuse(arrival, refusal)
            raise
        except Closed as error:
            raise Refusal("closing", "421 The service is being stopped: send it again", keep=True) from error
        except OSError as error:
            of_disk = Refusal.of_disk(error)
            _refuse(arrival, of_disk)
            raise of_disk from error

    def _take(self, arrival: Arrival) -> str:
        size = arrival.file.stat().st_size
        if not size:
            raise Refusal("empty", "550 The file is empty: nothing was taken")
        with arrival.file.open("rb") as file:
            kind = kind_of(file.read(HEAD_BYTES), arrival.name)
        if kind in (Kind.JPEG, Kind.PICTURE):
            return self._picture(arrival, kind, size)
        if not arrival.is_sure():
            raise Refusal.cut("its sender was gone before the end was acknowledged")
        if kind is Kind.FILM and arrival.source is not None:
            return self._film(arrival, arrival.source)
        return self._other(arrival)

    def _picture(self, arrival: Arrival, kind: Kind, size: int) -> str:
        if arrival.source is None:
            raise Refusal("no_such_camera", "553 No camera has a folder of that name: see the page FTP")
        if size > MAX_BYTES:
            raise Refusal("too_large", f"552 A picture of {size} bytes is too large: {MAX_BYTES} at most")
        data = arrival.file.read_bytes()
        checked = check_jpeg(data) if kind is Kind.JPEG else to_jpeg(data)
        received_at = self._stamp()
        when = self._dated(arrival, received_at, data if kind is Kind.JPEG else b"")
        sent = Sent(when.said, 0) if when.said else None
        picture = Picture(arrival.source, checked.data, checked.size, received_at, when.captured_at, sent)
        # Before it is flushed: nobody has been told that it was taken, and the disk need not take it twice.
        arrival.file.unlink(missing_ok=True)
        self._desk.hand_in(picture)
        return _taken("picture")

    def _stamp(self) -> datetime:
        """The time of receipt, never the same microsecond twice, for names hang on it; a clock put back is followed."""
        with self._stamping:
            now = self._clock.now()
            is_back = self._newest - now > STEP
            self._newest = now if now > self._newest or is_back else self._newest + TICK
            return self._newest

    def _film(self, arrival: Arrival, source: str) -> str:
        try:
            lasts = length(arrival.file)
        except NotAFilm:
            return self._other(arrival)
        when = self._dated(arrival, self._clock.now())
        file_id, record = self._moved(arrival, CLIPS, when)
        began = when.captured_at or self._clock.now() - (lasts or timedelta(0))
        made = records.film(file_id, source, record.pop("path"), began, lasts or timedelta(0), **record)
        self._desk.hand_in(Move(made, arrival.file))
        return _taken("film")

    def _other(self, arrival: Arrival) -> str:
        when = self._dated(arrival, self._clock.now())
        file_id, record = self._moved(arrival, OTHERS, when)
        made = records.other(file_id, arrival.source, arrival.sender, record.pop("path"), **record)
        self._desk.hand_in(Move(made, arrival.file))
        return _taken("other")

    def _moved(self, arrival: Arrival, folder: str, when: Dated) -> tuple[str, dict[str, Any]]:
        """The id and what a record says of a file that is moved; it is durable where it lies."""
        received_at = self._clock.now()
        digest = _hash_durably(arrival.file)
        file_id = Sent(when.said, 0).id_of(arrival.sender, arrival.name, digest) if when.said else new_id()
        day = received_at.astimezone(self._zone).date().isoformat()
        unique = new_id()
        record: Record = {
            "path": received_path(folder, arrival.name.rpartition("/")[2], unique, day),
            "name": arrival.name.lstrip("/"),
            "bytes": arrival.file.stat().st_size,
            "sha256": digest,
            "received_at": to_rfc3339(received_at),
        }
        return file_id, record

    def _dated(self, arrival: Arrival, received_at: datetime, jpeg: bytes = b"") -> Dated:
        return dated(
            (
                ("name", lambda: named_time(arrival.name, self._zone, received_at)),
                ("exif", lambda: taken_at(jpeg, self._zone, received_at)),
                ("sender", lambda: arrival.said_at),
            ),
            received_at,
        )


def _hash_durably(file: Path) -> str:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        # Here, where nobody else waits: the desk's flush then finds nothing left of it.
        os.fsync(opened.fileno())
    return digest


def _taken(kind: str) -> str:
    metrics.taken.labels(kind).inc()
    return "226 Taken, and safe on disk"


def _refuse(arrival: Arrival, refusal: Refusal) -> None:
    metrics.refused.labels(refusal.reason).inc()
    log.warning("file_refused", sender=arrival.sender, name=arrival.name[:200], reason=refusal.reason)
    if not refusal.keep:
        with contextlib.suppress(OSError):
            arrival.file.unlink(missing_ok=True)
