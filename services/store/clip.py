"""Clips: `open` → `waiting` → `cutting` → `ready` or `failed`. Each step is one conditional UPDATE, as in `store.work`.

One process asks for clips of recordings at a time (the recorder's lease), or locks the camera's row (`want` does).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.ids import new_id
from services.core.recording_files import companions
from services.store import garbage
from services.store.keyset import Place
from services.store.recording_tables import clip
from services.store.segment import UNFINISHED, Kind
from services.store.tables import camera

MAX_ATTEMPTS = 3
ERROR_MAX = 500
DETAIL_MAX = 300
LONGEST = timedelta(minutes=10)
"""What still moves then is shown by a next clip, which begins where this one ends."""
GROWING = ("motion", "sighting")
"""Those that last as long as what they show."""
GOES_ON = "what the clip before it shows goes on"
UNCLAIMED = {"claimed_by": None, "claim_expires_at": None}


@dataclass(frozen=True)
class Clip:
    """One row of `clip`; times are aware UTC, `path` is below the media folder. `sql/` explains each column."""

    kind: ClassVar[Kind] = "clip"
    id: str
    camera_id: str
    because: str
    detail: str
    sighting_id: str | None
    from_at: datetime
    to_at: datetime
    state: str
    claimed_by: str | None
    claim_expires_at: datetime | None
    attempts: int
    error: str | None
    path: str | None
    began_at: datetime | None
    ended_at: datetime | None
    bytes: int | None
    kept: bool
    preview: str
    ready_at: datetime | None
    created_at: datetime

    @property
    def place(self) -> Place:
        """Its place in a list by time."""
        return Place(self.from_at, self.id)


@dataclass(frozen=True)
class Wish:
    """A clip that is wanted: from `from_at` to `to_at` (aware UTC, rolls and all) for `because`, as the table has it.

    `shows_at` is the moment that it is about: where a clip shows that already, none is made.
    """

    camera_id: str
    because: str
    from_at: datetime
    to_at: datetime
    shows_at: datetime
    detail: str = ""
    sighting_id: str | None = None


@dataclass(frozen=True)
class Footage:
    """What a clip has become: a file below the media folder, of `bytes`."""

    path: str
    began_at: datetime
    ended_at: datetime
    bytes: int


def want(connection: Connection, wish: Wish, at: datetime) -> str | None:
    """The id of the clip that will show it, a new one or one that touches it and is not cut yet.

    One that would become too long is followed by a new one. None when the camera is not known.
    """
    known = select(camera.c.id).where(camera.c.id == wish.camera_id).with_for_update()
    if connection.scalar(known) is None:
        return None
    touching = _touching(connection, wish)
    short = next((one for one in touching if wish.to_at - one.from_at <= LONGEST), None)
    if short is not None:
        _extend(connection, short, wish)
        return short.id
    full = next((one for one in touching if one.from_at <= wish.shows_at <= one.to_at), None)
    if full is None or wish.because not in GROWING:
        return _showing(connection, wish) or _open(connection, wish, at)
    return full.id if full.to_at >= wish.to_at else _open(connection, replace(wish, from_at=full.to_at), at)


def go_on(connection: Connection, camera_id: str, now: datetime, until: datetime) -> None:
    """A camera's view still moves: its newest clip ends at `until` at the earliest.

    When that is long enough, or somebody said when it ends, the next one begins where it ended.
    """
    last = _last(connection, camera_id, now)
    if last is None or last.to_at >= until:
        return
    if last.state == "open" and last.because in GROWING and now < last.from_at + LONGEST:
        connection.execute(update(clip).where(clip.c.id == last.id).values(to_at=until))
    elif now >= last.to_at:
        # Nobody may have asked for a while, as with the database away.
        begin = max(last.to_at, now - LONGEST)
        _open(connection, Wish(camera_id, "motion", begin, until, now, GOES_ON), now)


def settle(connection: Connection, now: datetime) -> int:
    """`open` → `waiting` for those whose end has come; how many."""
    over = (clip.c.state == "open") & (clip.c.to_at <= now)
    return connection.execute(update(clip).where(over).values(state="waiting")).rowcount


def waiting(connection: Connection) -> list[Clip]:
    """Those that wait for their segments, the one that ended first before the others."""
    return _some(connection, clip.c.state == "waiting")


def claim(connection: Connection, clip_id: str, worker: str, expires: datetime) -> bool:
    """`waiting` → `cutting`; False when somebody else has taken it, or it goes on."""
    values = {"state": "cutting", "claimed_by": worker, "claim_expires_at": expires, "attempts": clip.c.attempts + 1}
    mine = (clip.c.id == clip_id) & (clip.c.state == "waiting")
    return connection.execute(update(clip).where(mine).values(**values)).rowcount == 1


def ready(connection: Connection, clip_id: str, worker: str, footage: Footage, at: datetime) -> bool:
    """`cutting` → `ready`; False when the claim is another's meanwhile."""
    return _step(connection, clip_id, worker, state="ready", ready_at=at, **vars(footage))


def fail(connection: Connection, clip_id: str, worker: str, error: str) -> bool:
    """`cutting` → `failed`, with the reason in words."""
    return _step(connection, clip_id, worker, state="failed", error=error[:ERROR_MAX])


def put_back(connection: Connection, clip_id: str, worker: str) -> bool:
    """`cutting` → `waiting`: it can be cut, but not from where its segments were looked for."""
    return _step(connection, clip_id, worker, state="waiting")


def take_back(connection: Connection, now: datetime) -> list[str]:
    """Claims whose time is over: `waiting` again, or `failed` after the third; the ids of all of them."""
    over = _some(connection, (clip.c.state == "cutting") & (clip.c.claim_expires_at <= now))
    for one in over:
        ended: dict[str, Any] = {"state": "waiting"}
        if one.attempts >= MAX_ATTEMPTS:
            ended = {"state": "failed", "error": f"was begun {one.attempts} times and never finished"}
        _step(connection, one.id, one.claimed_by or "", **ended)
    return [one.id for one in over]


def add_sent(connection: Connection, one: Clip) -> None:
    """Writes a clip that its camera made; an id or path that is there already is left as it is."""
    connection.execute(insert(clip).values(**vars(one)).on_duplicate_key_update(id=clip.c.id))


def find(connection: Connection, clip_id: str) -> Clip | None:
    """One clip, or None."""
    row = connection.execute(select(clip).where(clip.c.id == clip_id)).one_or_none()
    return Clip(**row._mapping) if row else None


def between(connection: Connection, camera_id: str, begin: datetime, end: datetime) -> list[Clip]:
    """A camera's clips that show something of a span, in their order."""
    return _some(connection, (clip.c.camera_id == camera_id) & (clip.c.from_at < end) & (clip.c.to_at > begin))


def without_preview(connection: Connection) -> Clip | None:
    """The newest ready one whose preview is still to be made."""
    wanted = (clip.c.preview == "waiting") & (clip.c.state == "ready")
    query = select(clip).where(wanted).order_by(clip.c.from_at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Clip(**row._mapping) if row else None


def set_preview(connection: Connection, clip_id: str, state: str) -> bool:
    """Says what became of its preview: `made` or `failed`; False when it is gone."""
    return connection.execute(update(clip).where(clip.c.id == clip_id).values(preview=state)).rowcount == 1


def oldest_free(connection: Connection, before: datetime, limit: int) -> list[Clip]:
    """The oldest that began before then, are finished and not kept."""
    free = (clip.c.from_at < before) & clip.c.kept.is_(False) & clip.c.state.in_(("ready", "failed"))
    return _some(connection, free, limit)


def let_go(connection: Connection, clips: Sequence[Clip], because: str, at: datetime) -> int:
    """Takes rows away and leaves their files, previews and all, to the sweeper; how many rows there were."""
    for one in clips:
        small = companions(one.path) if one.path and one.preview == "made" else []
        for path in filter(None, (one.path, *small)):
            garbage.add(connection, path, because, at)
    ids = [one.id for one in clips]
    return connection.execute(delete(clip).where(clip.c.id.in_(ids))).rowcount if ids else 0


def unfinished(connection: Connection) -> int:
    """How many are not ready yet."""
    return len(_some(connection, clip.c.state.in_(UNFINISHED)))


def _some(connection: Connection, condition: ColumnElement[bool], limit: int = 1000) -> list[Clip]:
    query = select(clip).where(condition).order_by(clip.c.from_at, clip.c.id).limit(limit)
    return [Clip(**row._mapping) for row in connection.execute(query)]


def _touching(connection: Connection, wish: Wish) -> list[Clip]:
    """Those that are not cut yet, the newest first. What a person asks for stays as they asked for it."""
    if wish.because == "asked":
        return []
    near = (clip.c.from_at <= wish.to_at) & (clip.c.to_at >= wish.from_at)
    growing = (clip.c.camera_id == wish.camera_id) & clip.c.state.in_(("open", "waiting")) & (clip.c.because != "asked")
    return _some(connection, growing & near)[::-1]


def _last(connection: Connection, camera_id: str, now: datetime) -> Clip | None:
    """The one that began last, of all but those that a person asked for.

    One that has not begun is of before the clock was put back.
    """
    begun = (clip.c.camera_id == camera_id) & (clip.c.from_at <= now)
    query = select(clip).where(begun, clip.c.because.in_((*GROWING, "rule")))
    row = connection.execute(query.order_by(clip.c.from_at.desc(), clip.c.id.desc()).limit(1)).one_or_none()
    return Clip(**row._mapping) if row else None


def _follows(connection: Connection, one: Clip) -> bool:
    """Whether it begins where another one ended: what was before is shown by that."""
    before = (clip.c.camera_id == one.camera_id) & (clip.c.to_at == one.from_at) & clip.c.because.in_(GROWING)
    return connection.scalar(select(clip.c.id).where(before, clip.c.id != one.id).limit(1)) is not None


def _showing(connection: Connection, wish: Wish) -> str | None:
    """One that shows the moment already. What a person asks for is made even so."""
    if wish.because == "asked":
        return None
    shows = (clip.c.from_at <= wish.shows_at) & (clip.c.to_at >= wish.shows_at)
    whole = (clip.c.camera_id == wish.camera_id) & clip.c.state.in_(("cutting", "ready"))
    found = _some(connection, whole & shows, 1)
    return found[0].id if found else None


def _extend(connection: Connection, one: Clip, wish: Wish) -> None:
    values: dict[str, Any] = {"from_at": min(one.from_at, wish.from_at), "to_at": max(one.to_at, wish.to_at)}
    if _follows(connection, one):
        values["from_at"] = one.from_at
    if values["to_at"] > one.to_at:
        values["state"] = "open"
    if one.sighting_id is None:
        values["sighting_id"] = wish.sighting_id
    if wish.detail and wish.detail not in one.detail:
        values["detail"] = f"{one.detail}; {wish.detail}".removeprefix("; ")[:DETAIL_MAX]
    connection.execute(update(clip).where(clip.c.id == one.id).values(**values))


def _open(connection: Connection, wish: Wish, at: datetime) -> str:
    clip_id = new_id()
    row = {name: value for name, value in vars(wish).items() if name != "shows_at"}
    row |= {"id": clip_id, "detail": wish.detail[:DETAIL_MAX], "state": "open", "created_at": at}
    connection.execute(insert(clip).values(attempts=0, kept=False, preview="waiting", **row))
    return clip_id


def _step(connection: Connection, clip_id: str, worker: str, **values: Any) -> bool:
    ours = (clip.c.id == clip_id) & (clip.c.state == "cutting") & (clip.c.claimed_by == worker)
    return connection.execute(update(clip).where(ours).values(**values | UNCLAIMED)).rowcount == 1
