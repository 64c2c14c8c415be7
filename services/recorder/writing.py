"""Writes segments' records as rows, in the drain's transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.core.clock import Clock, from_rfc3339
from services.core.messages import Message
from services.core.recording_messages import SegmentNew
from services.core.spool import Record
from services.intake.drain import Write
from services.intake.speakers import Speakers
from services.store import segment
from services.store.segment import Segment

SRC = "recorder"
_AS_TOLD = ("id", "camera_id", "path", "bytes", "width", "height", "video", "audio", "whole")


def writer(clock: Clock) -> Write:
    """What the drain calls for records of the kind `segment`. A camera that is recorded is not silent."""

    def write(connection: Connection, speakers: Speakers, records: Sequence[Record]) -> list[Message]:
        for one in records:
            speakers.camera_of(connection, one)
        made = [_segment(one, clock) for one in records]
        segment.add(connection, made)
        return [_bell(one, clock) for one in made]

    return write


def _segment(record: Record, clock: Clock) -> Segment:
    times: dict[str, Any] = {name: from_rfc3339(record[name]) for name in ("began_at", "ended_at")}
    told = {name: record[name] for name in _AS_TOLD}
    return Segment(**told, **times, stored_at=clock.now())


def _bell(one: Segment, clock: Clock) -> SegmentNew:
    told = {"camera_id": one.camera_id, "began_at": one.began_at, "ended_at": one.ended_at, "whole": one.whole}
    return SegmentNew.make(clock, SRC, segment_id=one.id, **told)
