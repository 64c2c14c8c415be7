"""How pulls end: their outcome goes into the spool with the picture, and from there into rows, in one transaction."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from services.core.clock import Clock, from_rfc3339, to_rfc3339
from services.core.ids import new_id
from services.core.messages import Message
from services.core.reach_states import OK, REACH_STATES
from services.core.spool import Record
from services.intake.acceptor import Note, Picture
from services.intake.desk import Desk
from services.intake.records import Sent
from services.intake.speakers import Speakers
from services.snapshot.pulling import Pulled
from services.store import image, pull, reach
from services.store.pull import Ended, Job

KIND = "pull"
SRC = "snapshot"


class Endings:
    """Hands in what pulls led to; used by many threads."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    def finish(self, job: Job, pulled: Pulled) -> None:
        """Returns when outcome and picture are durable. Raises `OSError`, and then nothing of them is kept."""
        now = self._clock.now()
        if pulled.state != OK:
            self._desk.hand_in(Note(_record(job, pulled, None, to_rfc3339(now))))
            return
        # Its id is known beforehand, so that the outcome can name it.
        sent = Sent(now, 0)
        digest = sha256(pulled.data).hexdigest()
        picture = Picture(job.source, pulled.data, pulled.size, now, sent=sent)
        note = Note(_record(job, pulled, sent.id_of(job.source, digest), to_rfc3339(now)))
        self._desk.hand_in(picture, note)


def _record(job: Job, pulled: Pulled, image_id: str | None, at: str) -> Record:
    return {
        "kind": KIND,
        "id": new_id(),
        "camera_id": job.camera_id,
        "pulls": list(job.pull_ids),
        "state": pulled.state,
        "detail": pulled.detail,
        "image_id": image_id,
        "at": at,
    }


class Rows:
    """Writes rows of what the spool holds of pulls: how they ended, how the camera stands, and whom that concerns."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def write(self, connection: Connection, speakers: Speakers, records: Sequence[Record]) -> list[Message]:
        """In the drain's transaction; gives what is rung afterwards."""
        return [message for record in records for message in self._write(connection, record)]

    def _write(self, connection: Connection, record: Record) -> list[Message]:
        at, now = from_rfc3339(record["at"]), self._clock.now()
        if record["image_id"] is not None and image.find(connection, record["image_id"]) is None:
            # Killed before the picture was whole: its pulls wait until their claim is over, and are done again.
            return []
        how = Ended(record["state"], record["detail"], record["image_id"], at)
        ended = pull.end(connection, record["pulls"], how)
        events = pull.alerts(connection, ended, now)
        if how.outcome in REACH_STATES:
            change = reach.note(connection, record["camera_id"], "snapshot", how.outcome, how.detail, at, now)
            events += [change] if change else []
        results = [one.result(self._clock, SRC) for one in ended]
        return [*results, *(one.bell(self._clock, SRC) for one in events)]
