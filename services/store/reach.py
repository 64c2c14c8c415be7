"""How the last try to reach a camera ended, for each way to it. A camera that fails again and again is an event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.mysql import insert

from services.core.ids import new_id
from services.core.reach_states import OK
from services.store import event
from services.store.event import Event
from services.store.recording_tables import access, reach

UNREACHABLE, REACHED = "camera_unreachable", "camera_reached"
GIVE_UP_AFTER = 3
"""So many failures in a row are an event, and the first success after it: one failure means nothing."""
DETAIL_MAX = 300
_WAYS = {"snapshot": "its pictures", "stream": "its stream"}
Way = Literal["snapshot", "stream"]


@dataclass(frozen=True)
class Reach:
    """One row of `reach`; times are aware UTC. `failures` counts tries in a row that were not ok."""

    camera_id: str
    way: Way
    state: str
    detail: str
    since: datetime
    tried_at: datetime
    well_at: datetime | None
    failures: int
    raised_at: datetime | None


def find(connection: Connection, camera_id: str, way: Way) -> Reach | None:
    """How the last try ended; None: there was none yet."""
    row = connection.execute(select(reach).where(_is(camera_id, way))).one_or_none()
    return _reach(row) if row else None


def of(connection: Connection, camera_id: str) -> list[Reach]:
    """Of one camera, for each way that was ever tried."""
    ours = select(reach).where(reach.c.camera_id == camera_id).order_by(reach.c.way)
    return [_reach(row) for row in connection.execute(ours)]


def all_reaches(connection: Connection) -> dict[tuple[str, Way], Reach]:
    """Of all cameras, by the camera's id and the way."""
    rows = connection.execute(select(reach).order_by(reach.c.camera_id, reach.c.way))
    return {(row.camera_id, row.way): _reach(row) for row in rows}


def note(
    connection: Connection, camera_id: str, way: Way, state: str, detail: str, at: datetime, now: datetime
) -> Event | None:
    """Writes down how a try at that time ended; `detail` is for people, without an account.

    The event that came of it is written, and is to be rung for. A try that is older than the last one known, or of a
    camera of which nobody says any more how it is reached, changes nothing.
    """
    if connection.scalar(select(access.c.camera_id).where(access.c.camera_id == camera_id).with_for_update()) is None:
        return None
    before = find(connection, camera_id, way)
    if before is not None and before.tried_at > at:
        return None
    raised = _raised(before, state, now)
    _write(connection, _after(before, camera_id, way, state, detail[:DETAIL_MAX], at, raised))
    was = before.raised_at if before else None
    if (raised is None) == (was is None):
        return None
    return _tell(connection, camera_id, way, detail, REACHED if raised is None else UNREACHABLE, at, now)


def _raised(before: Reach | None, state: str, now: datetime) -> datetime | None:
    if state == OK:
        return None
    if before is None:
        return now if GIVE_UP_AFTER == 1 else None
    return before.raised_at or (now if before.failures + 1 >= GIVE_UP_AFTER else None)


def _after(
    before: Reach | None, camera_id: str, way: Way, state: str, detail: str, at: datetime, raised: datetime | None
) -> Reach:
    is_ok = state == OK
    return Reach(
        camera_id,
        way,
        state,
        detail,
        since=before.since if before and before.state == state else at,
        tried_at=at,
        well_at=at if is_ok else before.well_at if before else None,
        failures=0 if is_ok else (before.failures if before else 0) + 1,
        raised_at=raised,
    )


def _write(connection: Connection, made: Reach) -> None:
    values = vars(made)
    kept = ("camera_id", "way")
    statement = insert(reach).values(**values)
    connection.execute(
        statement.on_duplicate_key_update(**{key: one for key, one in values.items() if key not in kept})
    )


def _tell(
    connection: Connection, camera_id: str, way: Way, detail: str, kind: str, at: datetime, now: datetime
) -> Event:
    said = f"{_WAYS[way]}: {'it answers again' if kind == REACHED else detail}"[:DETAIL_MAX]
    made = Event(new_id(), kind, camera_id, None, said, at, now, now)
    event.add(connection, [made])
    return made


def _is(camera_id: str, way: Way) -> Any:
    return (reach.c.camera_id == camera_id) & (reach.c.way == way)


def _reach(row: Row[Any]) -> Reach:
    return Reach(**row._mapping)
