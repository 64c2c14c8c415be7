"""Recordings as people look at them: a camera's day, the clips newest first, one segment or clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, false, func, or_, select, text, update

from services.store import keyset
from services.store.clip import Clip
from services.store.keyset import Place
from services.store.recording_tables import clip, removal, segment
from services.store.segment import Kind, Segment
from services.store.tables import event, sighting

LONGEST = timedelta(hours=2)
"""No segment or clip lasts longer: how far back one may have begun that still goes on."""
ROWS_MAX = 5000
"""Motion events and sightings of a day that are drawn."""


@dataclass(frozen=True)
class Amount:
    """What there is of a camera's day: the seconds of its segments, and how many clips."""

    seconds: float = 0.0
    clips: int = 0


def _there(table: Table) -> ColumnElement[bool]:
    """Of what is to be deleted nothing is seen any more."""
    return table.c.id.not_in(select(removal.c.thing_id))


def find(connection: Connection, recording_id: str) -> Segment | Clip | None:
    """One segment or clip; None also for one that is to be deleted."""
    found = connection.execute(select(segment).where(segment.c.id == recording_id, _there(segment))).one_or_none()
    if found:
        return Segment(**found._mapping)
    found = connection.execute(select(clip).where(clip.c.id == recording_id, _there(clip))).one_or_none()
    return Clip(**found._mapping) if found else None


def segments(connection: Connection, camera_id: str, start: datetime, end: datetime) -> list[Segment]:
    """A camera's segments that overlap a span, oldest first."""
    began = (segment.c.began_at >= start - LONGEST, segment.c.began_at < end, segment.c.ended_at > start)
    query = select(segment).where(segment.c.camera_id == camera_id, *began, _there(segment))
    return [Segment(**row._mapping) for row in connection.execute(query.order_by(segment.c.began_at, segment.c.id))]


def since(connection: Connection, camera_id: str) -> datetime | None:
    """When a camera's oldest segment began that is not kept for ever; None when there is none."""
    query = select(segment.c.began_at).where(segment.c.camera_id == camera_id, segment.c.kept == false())
    return connection.scalar(query.order_by(segment.c.began_at).limit(1))


def clips(connection: Connection, camera_id: str, start: datetime, end: datetime) -> list[Clip]:
    """A camera's clips that overlap a span, oldest first, those that are not ready too."""
    begins = (clip.c.from_at >= start - LONGEST, clip.c.from_at < end, clip.c.to_at > start)
    query = select(clip).where(clip.c.camera_id == camera_id, *begins, _there(clip))
    return [Clip(**row._mapping) for row in connection.execute(query.order_by(clip.c.from_at, clip.c.id))]


def older_clips(connection: Connection, camera_id: str | None, kept: bool, before: Place | None, n: int) -> list[Clip]:
    """At most `n` clips, newest first: of one camera or all, only those kept for ever or all."""
    wanted = [_there(clip)]
    wanted += [clip.c.camera_id == camera_id] if camera_id else []
    wanted += [clip.c.kept != false()] if kept else []
    wanted += [keyset.before(clip.c.from_at, clip.c.id, before)] if before else []
    query = select(clip).where(*wanted).order_by(clip.c.from_at.desc(), clip.c.id.desc()).limit(n)
    return [Clip(**row._mapping) for row in connection.execute(query)]


def newest(connection: Connection, before: datetime) -> datetime | None:
    """When the newest segment or clip began that did so before a moment."""
    columns = ((segment.c.began_at, segment), (clip.c.from_at, clip))
    found = [
        connection.scalar(select(at).where(at < before, _there(table)).order_by(at.desc()).limit(1))
        for at, table in columns
    ]
    return max((moment for moment in found if moment is not None), default=None)


def amounts(connection: Connection, start: datetime, end: datetime) -> Mapping[str, Amount]:
    """What began within a span, by the camera's id."""
    lasted = func.sum(func.timestampdiff(text("MICROSECOND"), segment.c.began_at, segment.c.ended_at))
    within = (segment.c.began_at >= start, segment.c.began_at < end, _there(segment))
    seconds = {
        camera_id: float(some or 0) / 1e6
        for camera_id, some in connection.execute(
            select(segment.c.camera_id, lasted).where(*within).group_by(segment.c.camera_id)
        )
    }
    made = (clip.c.from_at >= start, clip.c.from_at < end, _there(clip))
    counted = select(clip.c.camera_id, func.count()).where(*made).group_by(clip.c.camera_id)
    counts: dict[str, int] = dict(tuple(row) for row in connection.execute(counted))
    return {one: Amount(seconds.get(one, 0.0), counts.get(one, 0)) for one in {*seconds, *counts}}


def motion(connection: Connection, camera_id: str, start: datetime, end: datetime) -> list[Row[Any]]:
    """A camera's motion events within a span, oldest first: `happened_at`, and `detail`, `moving` or `still`."""
    return _events(connection, ("motion",), camera_id, start, end)


def silence(connection: Connection, camera_id: str, start: datetime, end: datetime) -> list[Row[Any]]:
    """When a camera went dark and came back within a span, oldest first: `happened_at` and `kind`."""
    return _events(connection, ("camera_silent", "camera_back"), camera_id, start, end)


def _events(
    connection: Connection, kinds: Sequence[str], camera_id: str, start: datetime, end: datetime
) -> list[Row[Any]]:
    within = (event.c.happened_at >= start, event.c.happened_at < end)
    query = select(event.c.happened_at, event.c.kind, event.c.detail)
    query = query.where(event.c.camera_id == camera_id, event.c.kind.in_(kinds), *within)
    return list(connection.execute(query.order_by(event.c.happened_at, event.c.id).limit(ROWS_MAX)))


def sightings(connection: Connection, camera_id: str, start: datetime, end: datetime) -> list[Row[Any]]:
    """What was there within a span, by its arrival: `id`, `label`, `arrived_at`, `last_seen_at`, `departed_at`."""
    names = ("id", "label", "arrived_at", "last_seen_at", "departed_at")
    query = select(*(sighting.c[name] for name in names))
    query = query.where(sighting.c.camera_id == camera_id, sighting.c.arrived_at < end)
    query = query.where(or_(sighting.c.arrived_at >= start, sighting.c.last_seen_at >= start))
    return list(connection.execute(query.order_by(sighting.c.arrived_at, sighting.c.id).limit(ROWS_MAX)))


def ready(connection: Connection, kind: Kind, n: int) -> list[Segment | Clip]:
    """At most `n` that can be played, newest first."""
    if kind == "segment":
        segments_ = select(segment).where(_there(segment)).order_by(segment.c.began_at.desc()).limit(n)
        return [Segment(**row._mapping) for row in connection.execute(segments_)]
    clips_ = select(clip).where(clip.c.state == "ready", _there(clip)).order_by(clip.c.from_at.desc()).limit(n)
    return [Clip(**row._mapping) for row in connection.execute(clips_)]


def ready_since(connection: Connection, kind: Kind, since: datetime) -> list[tuple[datetime, Segment | Clip]]:
    """What can be played since a moment, with when it became so, the oldest first."""
    if kind == "segment":
        at, made = segment.c.stored_at, select(segment).where(_there(segment))
    else:
        at, made = clip.c.ready_at, select(clip).where(_there(clip))
    rows = connection.execute(made.where(at >= since).order_by(at).limit(ROWS_MAX))
    of_kind = Segment if kind == "segment" else Clip
    return [(row._mapping[at], of_kind(**row._mapping)) for row in rows]


def keep(connection: Connection, one: Segment | Clip, kept: bool) -> None:
    """Keeps a segment or clip for ever, or no longer."""
    table = segment if one.kind == "segment" else clip
    connection.execute(update(table).where(table.c.id == one.id).values(kept=kept))
