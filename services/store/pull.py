"""Pictures that are to be had from cameras by their addresses: `waiting` → `pulling` → `ended`.

Pulls of one camera that wait at the same time are taken together: one try serves them all.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.clock import Clock, from_rfc3339, to_rfc3339
from services.core.ids import new_id
from services.core.snapshot_messages import SnapshotResult, WorkSnapshot
from services.store import audit, event
from services.store.access import Access
from services.store.access import find as find_access
from services.store.audit import Change
from services.store.event import Event
from services.store.recording_tables import access, pull
from services.store.tables import camera

IN_TIME = timedelta(seconds=30)
"""A picture of what was longer ago is none of what triggered."""
PULL = "camera.pull"
EXPIRED, UNKNOWN = "expired", "unknown"
RULE_ALERT = "rule_alert"
_OVERDUE_DETAIL = "nobody came to it in time: the service snapshot was away, or too much was asked of this camera"
_MAX = 500


@dataclass(frozen=True)
class Pull:
    """One row of `pull`; times are aware UTC. `alert` is an alert of a rule that waits for the picture."""

    id: str
    camera_id: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: str = "waiting"
    claimed_by: str | None = None
    claim_expires_at: datetime | None = None
    outcome: str | None = None
    detail: str = ""
    image_id: str | None = None
    ended_at: datetime | None = None
    alert: dict[str, Any] | None = None

    def bell(self, clock: Clock, src: str) -> WorkSnapshot:
        """The message that rings for it."""
        return WorkSnapshot.make(
            clock,
            src,
            pull_id=self.id,
            camera_id=self.camera_id,
            asked_by=self.asked_by,
            expires_at=self.expires_at,
        )

    def result(self, clock: Clock, src: str) -> SnapshotResult:
        """The message that tells how it ended."""
        return SnapshotResult.make(
            clock,
            src,
            pull_id=self.id,
            camera_id=self.camera_id,
            outcome=self.outcome,
            detail=self.detail,
            image_id=self.image_id,
        )


@dataclass(frozen=True)
class Job:
    """A camera that is to be pulled from now; `source` is the name that its pictures come under.

    `access` None: it is not known how to reach it.
    """

    camera_id: str
    source: str
    pull_ids: tuple[str, ...]
    access: Access | None


@dataclass(frozen=True)
class Ended:
    """How a try for several pulls ended."""

    outcome: str
    detail: str
    image_id: str | None
    at: datetime


def want(connection: Connection, made: Pull) -> bool:
    """Writes its row. False when it was there. Raises `IntegrityError` for a camera that is not."""
    if connection.scalar(select(pull.c.id).where(pull.c.id == made.id)) is not None:
        return False
    # Of two at the same moment the second one changes nothing.
    connection.execute(insert(pull).values(**asdict(made)).on_duplicate_key_update(id=pull.c.id))
    return True


def order(connection: Connection, made: Sequence[Pull], at: datetime, user_id: str | None = None) -> None:
    """As `want`, and writes who did it; `user_id` None is a rule."""
    for one in made:
        want(connection, one)
    said = [Change(PULL, one.camera_id, None, {"by": one.asked_by}) for one in made]
    audit.write_all(connection, at, user_id, said)


def claim(connection: Connection, resting: Collection[str], now: datetime, expires: datetime) -> Job | None:
    """`waiting` → `pulling`: all pulls of the camera that has waited longest and is not `resting`, or None."""
    camera_id = _turn(connection, resting, now)
    if camera_id is None:
        return None
    claimed_by = new_id()
    taken = {"state": "pulling", "claimed_by": claimed_by, "claim_expires_at": expires}
    connection.execute(update(pull).where(_waits(now), pull.c.camera_id == camera_id).values(**taken))
    ids = connection.scalars(select(pull.c.id).where(_pulling(camera_id), pull.c.claimed_by == claimed_by)).all()
    source = connection.scalar(select(camera.c.source).where(camera.c.id == camera_id))
    return Job(camera_id, source or camera_id, tuple(ids), find_access(connection, camera_id)) if ids else None


def _turn(connection: Connection, resting: Collection[str], now: datetime) -> str | None:
    held = pull.alias("held")
    busy = select(held.c.id).where(held.c.camera_id == pull.c.camera_id, held.c.state == "pulling").exists()
    query = select(pull.c.camera_id).where(_waits(now), ~busy, pull.c.camera_id.not_in(list(resting)))
    return connection.scalar(query.order_by(pull.c.asked_at, pull.c.id).limit(1))


def return_untouched(connection: Connection, pull_ids: Sequence[str]) -> None:
    """`pulling` → `waiting` for what was claimed and cannot be done now."""
    _wait_again(connection, pull.c.id.in_(list(pull_ids)))


def end(connection: Connection, pull_ids: Sequence[str], how: Ended) -> list[Pull]:
    """Ends those that have not ended before, and has people told whose rule waited for the picture; gives them."""
    wanted = select(pull).where(pull.c.id.in_(list(pull_ids)), pull.c.state != "ended").with_for_update()
    found = [_pull(row) for row in connection.execute(wanted)]
    if not found:
        return []
    values = {"outcome": how.outcome, "detail": how.detail, "image_id": how.image_id, "ended_at": how.at}
    released = {"state": "ended", "claimed_by": None, "claim_expires_at": None}
    connection.execute(update(pull).where(pull.c.id.in_([one.id for one in found])).values(**values, **released))
    return [Pull(**(asdict(one) | values | released)) for one in found]


def alerts(connection: Connection, ended: Sequence[Pull], now: datetime) -> list[Event]:
    """Writes what people are told of with the pictures that have been pulled, or without them; gives the events."""
    made = [_alert(one, one.alert, now) for one in ended if one.alert]
    event.add(connection, made)
    return made


def overdue(connection: Connection, now: datetime) -> list[Pull]:
    """Takes back claims that are over, and ends what nobody wants any more; gives the latter."""
    _wait_again(connection, pull.c.claim_expires_at < now)
    late = (pull.c.state == "waiting") & (pull.c.expires_at <= now)
    ids = connection.scalars(select(pull.c.id).where(late).order_by(pull.c.asked_at).limit(_MAX)).all()
    return end(connection, ids, Ended(EXPIRED, _OVERDUE_DETAIL, None, now)) if ids else []


def waiting(connection: Connection, before: datetime, limit: int) -> list[Pull]:
    """Those that have waited since before then, the oldest first."""
    query = select(pull).where(pull.c.state == "waiting", pull.c.asked_at < before)
    return [_pull(row) for row in connection.execute(query.order_by(pull.c.asked_at).limit(limit))]


def find(connection: Connection, pull_id: str) -> Pull | None:
    """One pull, or None."""
    row = connection.execute(select(pull).where(pull.c.id == pull_id)).one_or_none()
    return _pull(row) if row else None


def can_be_pulled(connection: Connection) -> dict[str, int | None]:
    """The cameras that a picture can be pulled from, each with how often flows do so (s); None: only when asked."""
    query = select(access.c.camera_id, access.c.every_s).where(access.c.snapshot_url.is_not(None))
    return {row.camera_id: row.every_s for row in connection.execute(query)}


def alert_of(detail: str, people: Sequence[str] | None, device_id: str | None, happened_at: datetime) -> dict[str, Any]:
    """What `alert` holds."""
    told = None if people is None else list(people)
    return {"detail": detail, "people": told, "device_id": device_id, "happened_at": to_rfc3339(happened_at)}


def _alert(one: Pull, alert: dict[str, Any], now: datetime) -> Event:
    without = "" if one.image_id else f" (without a picture: {one.detail or one.outcome})"
    return Event(
        id=new_id(),
        kind=RULE_ALERT,
        camera_id=one.camera_id,
        node_id=None,
        detail=f"{alert['detail']}{without}"[:_MAX],
        happened_at=from_rfc3339(alert["happened_at"]),
        received_at=now,
        stored_at=now,
        device_id=alert["device_id"],
        people=alert["people"],
    )


def _wait_again(connection: Connection, which: ColumnElement[bool]) -> None:
    back = {"state": "waiting", "claimed_by": None, "claim_expires_at": None}
    connection.execute(update(pull).where(pull.c.state == "pulling", which).values(**back))


def _waits(now: datetime) -> ColumnElement[bool]:
    return (pull.c.state == "waiting") & (pull.c.expires_at > now)


def _pulling(camera_id: str) -> ColumnElement[bool]:
    return (pull.c.state == "pulling") & (pull.c.camera_id == camera_id)


def _pull(row: Row[Any]) -> Pull:
    return Pull(**row._mapping)
