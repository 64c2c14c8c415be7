"""Sightings: the same thing in successive pictures of one camera, from its arrival to its departure.

What belongs together is decided elsewhere, by a function of what is known here; here it is read and written, with the
camera's row locked, so that two detectors of one camera take turns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, not_, or_, select, update

from services.core.clock import Clock
from services.core.messages import SightingArrived, SightingDeparted
from services.core.polygon import Box
from services.store import zone
from services.store.tables import camera, detection, image, sighting

CORNERS = ("x1", "y1", "x2", "y2")
SPAN = timedelta(minutes=10)
"""A late picture may belong to what was there so long before or after it."""
RETURN = timedelta(hours=24)
"""What was lost from sight may be found again at its place for so long."""
MOST_LOST = 20
SETTLE = timedelta(seconds=10)
"""Where a thing was so long ago tells whether it moves."""


@dataclass(frozen=True)
class Sighting:
    """One row of `sighting`, plates aside; times aware UTC, `box` in shares of the picture."""

    id: str
    camera_id: str
    label: str
    began_at: datetime
    arrived_at: datetime | None
    last_seen_at: datetime
    departed_at: datetime | None
    expires_at: datetime | None
    images: int
    missed: int
    recent: int
    still: bool
    box: Box
    looks: bytes | None
    first_image_id: str
    arrival_image_id: str | None
    last_image_id: str
    best_image_id: str
    best_score: float
    departure_judged_at: datetime | None


@dataclass(frozen=True)
class Spot:
    """Where a thing was, and when (aware UTC)."""

    at: datetime
    box: Box


@dataclass(frozen=True)
class Candidate:
    """A sighting that a thing may belong to: where it was nearest in time, and where ten seconds before the picture.

    `earlier` is None where it was not seen yet, or has departed.
    """

    sighting: Sighting
    near: Spot
    earlier: Spot | None


@dataclass(frozen=True)
class Picture:
    """A picture that was looked at, and the moment at which that is written down (aware UTC)."""

    image_id: str
    camera_id: str
    captured_at: datetime
    now: datetime


@dataclass(frozen=True)
class Watch:
    """What is known of a camera when a picture is added.

    A thing arrives when it was seen in `seen_in` of the last `seen_of` pictures. `late` says that a newer picture has
    been looked at before this one.
    """

    picture: Picture
    seen_in: int
    seen_of: int
    departure_labels: frozenset[str]
    late: bool
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Membership:
    """Which sighting a detection is a part of, whether it settled the arrival, and the how-manyth picture it is."""

    sighting_id: str
    arrival: bool
    place: int


@dataclass(frozen=True)
class Changes:
    """What a picture changes: which detection (by its place in the outcome) belongs to what, and rows to write.

    `departed` are those of the changed ones that had arrived and have gone.
    """

    members: Mapping[int, Membership] = field(default_factory=dict)
    begun: Sequence[Sighting] = ()
    changed: Sequence[Sighting] = ()
    departed: Sequence[Sighting] = ()


@dataclass(frozen=True)
class Arrival:
    """A thing that has arrived, and the names of the zones in which it did."""

    sighting: Sighting
    zones: list[str]

    def message(self, clock: Clock, src: str) -> SightingArrived:
        """The bell for it."""
        return arrived(self.sighting, self.sighting.arrival_image_id or "", self.zones, clock, src)


Follow = Callable[[Watch], Changes]
"""Pure: what is known of a camera → what its picture changes."""


def arrived(one: Sighting, image_id: str, zones: Sequence[str], clock: Clock, src: str) -> SightingArrived:
    """The bell for a thing that has arrived with this image."""
    return SightingArrived.make(
        clock,
        src,
        sighting_id=one.id,
        camera_id=one.camera_id,
        label=one.label,
        image_id=image_id,
        arrived_at=one.arrived_at,
        zones=list(zones),
    )


def departed(one: Sighting, clock: Clock, src: str) -> SightingDeparted:
    """The bell for a thing that had arrived and has gone."""
    return SightingDeparted.make(
        clock,
        src,
        sighting_id=one.id,
        camera_id=one.camera_id,
        label=one.label,
        image_id=one.last_image_id,
        arrived_at=one.arrived_at,
        departed_at=one.departed_at,
    )


def watch(connection: Connection, picture: Picture) -> Watch:
    """What is known of the picture's camera; its sightings are ours until the transaction ends."""
    rules = _lock_camera(connection, picture.camera_id)
    late = _is_late(connection, picture)
    return Watch(
        picture=picture,
        seen_in=rules.seen_in,
        seen_of=rules.seen_of,
        departure_labels=frozenset(rules.departure_labels),
        late=late,
        candidates=[_candidate(connection, one, picture.captured_at) for one in _near(connection, picture, late)],
    )


def write(connection: Connection, changes: Changes) -> None:
    """Writes rows of sightings that have begun or changed."""
    if changes.begun:
        connection.execute(insert(sighting), [_values(one) for one in changes.begun])
    for one in changes.changed:
        connection.execute(update(sighting).where(sighting.c.id == one.id).values(**_values(one)))


def arrive(connection: Connection, sighting_ids: Sequence[str], at: datetime) -> None:
    """Rules have to say what these arrivals lead to."""
    if sighting_ids:
        connection.execute(update(sighting).where(sighting.c.id.in_(sighting_ids)).values(undecided_since=at))


def undecided(connection: Connection, before: datetime, limit: int) -> list[Arrival]:
    """Arrivals since before then that have no ruling: the newest, then the oldest, at most `limit` of each."""
    waiting = select(sighting).where(sighting.c.undecided_since < before)
    newest = waiting.order_by(sighting.c.undecided_since.desc(), sighting.c.id.desc()).limit(limit)
    oldest = waiting.order_by(sighting.c.undecided_since, sighting.c.id).limit(limit)
    found = {row.id: _sighting(row) for query in (newest, oldest) for row in connection.execute(query)}
    zones = _zones_of_arrival(connection, list(found.values()))
    return [Arrival(one, zones.get(one.id, [])) for one in found.values()]


def _zones_of_arrival(connection: Connection, found: Sequence[Sighting]) -> dict[str, list[str]]:
    """By the zones as they are now: of several things in one, only the strongest has a row that says so."""
    shapes = {camera_id: zone.of_camera(connection, camera_id) for camera_id in {one.camera_id for one in found}}
    settled = (detection.c.image_id == sighting.c.arrival_image_id) & (detection.c.sighting_id == sighting.c.id)
    columns = (sighting.c.id, sighting.c.camera_id, *(detection.c[corner] for corner in CORNERS))
    ours = sighting.c.id.in_([one.id for one in found])
    query = select(*columns).select_from(sighting.join(detection, settled)).where(ours, detection.c.arrival)
    return {
        row.id: [one.name for one in zone.around(shapes[row.camera_id], tuple(row)[2:]) if one.kind == zone.ZONE]
        for row in connection.execute(query)
    }


def name_anew(connection: Connection, sighting_ids: Iterable[str]) -> None:
    """Gives sightings the label that most of their detections have; of two equally frequent ones the first by name."""
    for sighting_id in sighting_ids:
        query = (
            select(detection.c.label)
            .where(detection.c.sighting_id == sighting_id)
            .group_by(detection.c.label)
            .order_by(func.count().desc(), detection.c.label)
            .limit(1)
        )
        label = connection.scalar(query)
        connection.execute(update(sighting).where(sighting.c.id == sighting_id).values(label=label))


def find(connection: Connection, sighting_id: str) -> Sighting | None:
    """One sighting, or None."""
    row = connection.execute(select(sighting).where(sighting.c.id == sighting_id)).one_or_none()
    return _sighting(row) if row else None


def find_all(connection: Connection, sighting_ids: Iterable[str]) -> list[Sighting]:
    """Those of the ids that there are."""
    rows = connection.execute(select(sighting).where(sighting.c.id.in_(sorted(set(sighting_ids)))))
    return [_sighting(row) for row in rows]


def close_expired(connection: Connection, now: datetime, limit: int) -> list[Sighting]:
    """Closes what has not been seen for longer than its patience, oldest first; those that had arrived."""
    over = and_(sighting.c.departed_at.is_(None), sighting.c.expires_at <= now)
    query = select(sighting.c.id, sighting.c.camera_id).where(over).order_by(sighting.c.expires_at).limit(limit)
    found = connection.execute(query).all()
    # Cameras in the order of their ids: two keepers then wait for each other instead of locking each other out.
    wanted = {camera_id: _lock_camera(connection, camera_id) for camera_id in sorted({row.camera_id for row in found})}
    closed = []
    for row in found:
        labels = wanted[row.camera_id].departure_labels
        if _close(connection, row.id, over, labels, now):
            closed.append(row.id)
    return [one for one in find_all(connection, closed) if one.arrived_at]


def judge_departure(connection: Connection, sighting_id: str, at: datetime) -> bool:
    """It is settled whether to tell of a departure. False when it was before, or when there is none to tell of."""
    waiting = and_(sighting.c.departed_at.is_not(None), sighting.c.departure_judged_at.is_(None))
    done = connection.execute(
        update(sighting).where(sighting.c.id == sighting_id, waiting).values(departure_judged_at=at)
    )
    return done.rowcount == 1


def waiting_for_verdict(connection: Connection, before: datetime, limit: int) -> list[Sighting]:
    """Things that had arrived and departed before then, on whose departure nothing was decided: newest first."""
    query = select(sighting).where(_unjudged(before)).order_by(sighting.c.departed_at.desc()).limit(limit)
    return [_sighting(row) for row in connection.execute(query)]


def forget_unasked(connection: Connection, before: datetime, at: datetime) -> int:
    """Settles departures of labels that nobody asks about any more; how many there were."""
    asked = func.json_contains(camera.c.departure_labels, func.json_quote(sighting.c.label))
    wanted = select(camera.c.id).where(camera.c.id == sighting.c.camera_id, asked == 1).exists()
    unasked = update(sighting).where(_unjudged(before), not_(wanted))
    return connection.execute(unasked.values(departure_judged_at=at)).rowcount


def _unjudged(before: datetime) -> ColumnElement[bool]:
    judged = sighting.c.departure_judged_at
    return and_(judged.is_(None), sighting.c.departed_at < before, sighting.c.arrived_at.is_not(None))


def _close(connection: Connection, sighting_id: str, over: Any, departure_labels: list[str], now: datetime) -> bool:
    nobody_asks = or_(sighting.c.arrived_at.is_(None), sighting.c.label.not_in(departure_labels))
    judged = func.if_(nobody_asks, now, None, type_=sighting.c.departure_judged_at.type)
    values = {"departed_at": sighting.c.last_seen_at, "departure_judged_at": judged}
    return connection.execute(update(sighting).where(sighting.c.id == sighting_id, over).values(**values)).rowcount == 1


def _lock_camera(connection: Connection, camera_id: str) -> Row[Any]:
    return connection.execute(select(camera).where(camera.c.id == camera_id).with_for_update()).one()


def _is_late(connection: Connection, picture: Picture) -> bool:
    ours = (image.c.state == "detected", image.c.camera_id == picture.camera_id)
    newer = select(image.c.id).where(*ours, image.c.captured_at > picture.captured_at).limit(1)
    return connection.execute(newer).first() is not None


def _near(connection: Connection, picture: Picture, late: bool) -> list[Sighting]:
    at = picture.captured_at
    ours = select(sighting).where(sighting.c.camera_id == picture.camera_id)
    there = ours.where(sighting.c.departed_at.is_(None))
    if late:
        gone = ours.where(sighting.c.departed_at >= at - SPAN, sighting.c.began_at <= at + SPAN)
    else:
        lost = and_(sighting.c.still, sighting.c.expires_at.is_not(None))
        gone = ours.where(sighting.c.departed_at >= at - RETURN, lost)
    newest = gone.order_by(sighting.c.departed_at.desc()).limit(MOST_LOST)
    return [_sighting(row) for query in (there, newest) for row in connection.execute(query)]


def _candidate(connection: Connection, one: Sighting, at: datetime) -> Candidate:
    now = Spot(one.last_seen_at, one.box)
    near = (
        min([now, *_spots_around(connection, one.id, at)], key=lambda spot: abs(spot.at - at)) if at < now.at else now
    )
    if one.departed_at is not None:
        return Candidate(one, near, None)
    before = detection.c.captured_at <= at - SETTLE
    return Candidate(one, near, _spot(connection, one.id, before, detection.c.captured_at.desc()))


def _spots_around(connection: Connection, sighting_id: str, at: datetime) -> list[Spot]:
    captured = detection.c.captured_at
    spots = (
        _spot(connection, sighting_id, captured <= at, captured.desc()),
        _spot(connection, sighting_id, captured >= at, captured.asc()),
    )
    return [spot for spot in spots if spot]


def _spot(connection: Connection, sighting_id: str, when: Any, order: Any) -> Spot | None:
    columns = [detection.c.captured_at, *(detection.c[corner] for corner in CORNERS)]
    query = select(*columns).where(detection.c.sighting_id == sighting_id, when).order_by(order).limit(1)
    row = connection.execute(query).one_or_none()
    return Spot(row.captured_at, (row.x1, row.y1, row.x2, row.y2)) if row else None


_COLUMNS = tuple(one.name for one in fields(Sighting) if one.name != "box")


def _sighting(row: Row[Any]) -> Sighting:
    values = {name: row._mapping[name] for name in _COLUMNS}
    return Sighting(**values, box=(row.x1, row.y1, row.x2, row.y2))


def _values(one: Sighting) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in _COLUMNS}
    return values | dict(zip(CORNERS, one.box, strict=True))
