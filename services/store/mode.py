"""Modes: what the house can be set to, who set it to what, and when the mode before comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from services.core.ids import new_id, numbered, slug
from services.store import entry, link
from services.store.mode_tables import mode, mode_change, schedule
from services.store.person_tables import person
from services.store.tables import camera

DISARMED = "disarmed"
TICK = timedelta(microseconds=1)
TIMER = "timer"
DELAY_MOST_S = 300
"""Exit and entry delays are at most so many seconds."""
LATE = timedelta(seconds=120)
"""A wish that took longer than this to arrive gives way to what was set since it was made."""
Outcome = Literal["set", "known", "unknown_mode", "overtaken"]


@dataclass(frozen=True)
class Mode:
    """One row of `mode`. `exit_s`: so long it is arming; `entry_s`: so long it waits for somebody to disarm."""

    id: str
    name: str
    position: int
    builtin: bool
    exit_s: int = 0
    entry_s: int = 0


@dataclass(frozen=True)
class Wish:
    """What somebody wants the house set to. `until` None: it stays; else the mode before comes back then.

    `asked_at` is when it was said, where that may have been a while ago; aware UTC. `schedule_id`: a schedule wants it.
    """

    id: str
    mode_id: str
    by: str
    reason: str
    until: datetime | None = None
    asked_at: datetime | None = None
    schedule_id: str | None = None


@dataclass(frozen=True)
class Standing:
    """What the house is or was set to; times are aware UTC. All but `mode_id` and `name` is None before the first
    change. `name` is the id of a mode that was removed. Until `arming_until` its exit delay lasts, or lasted; `entry_s`
    is its entry delay.
    """

    mode_id: str
    name: str
    id: str | None = None
    since: datetime | None = None
    set_by: str | None = None
    reason: str | None = None
    until: datetime | None = None
    previous_mode_id: str | None = None
    schedule_id: str | None = None
    arming_until: datetime | None = None
    entry_s: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether it was set by somebody or something other than a schedule or the end of a time."""
        return self.set_by is not None and self.set_by != TIMER and self.schedule_id is None

    def arming_at(self, moment: datetime) -> datetime | None:
        """Until when it is arming then; None when it is not."""
        is_arming = self.arming_until is not None and self.arming_until > moment
        return self.arming_until if is_arming else None


def all_modes(connection: Connection) -> list[Mode]:
    """Every mode, in the order of the switch."""
    query = select(mode).order_by(mode.c.position, mode.c.name)
    return [Mode(**row._mapping) for row in connection.execute(query)]


def current(connection: Connection) -> Standing:
    """What the house is set to now: disarmed, when nobody has ever set it."""
    newest = history(connection, 1)
    return newest[0] if newest else _before_the_first(connection)


def history(connection: Connection, limit: int) -> list[Standing]:
    """The newest changes, newest first."""
    query = (
        select(
            mode_change,
            func.coalesce(mode.c.name, mode_change.c.mode_id).label("name"),
            func.coalesce(mode.c.entry_s, 0).label("entry_s"),
        )
        .select_from(mode_change.outerjoin(mode, mode.c.id == mode_change.c.mode_id))
        .order_by(mode_change.c.since.desc(), mode_change.c.id.desc())
        .limit(limit)
    )
    return [_standing(row) for row in connection.execute(query)]


def enter(connection: Connection, wish: Wish, at: datetime) -> Outcome:
    """Sets the house to a mode. A wish with the id of an earlier one, or overtaken on its way, changes nothing.

    It begins with its exit delay, unless a schedule sets it that is to have none. Where the house is pending, that is
    an answer, unless a schedule gives it.
    """
    if wish.mode_id not in lock(connection):
        return "unknown_mode"
    if connection.scalar(select(mode_change.c.id).where(mode_change.c.id == wish.id)):
        return "known"
    now = current(connection)
    if _is_overtaken(wish, now, at):
        return "overtaken"
    _write(connection, wish, now, at, _exit_delay(connection, wish))
    if wish.schedule_id is None:
        entry.answer(connection, wish.by, wish.mode_id, at)
    return "set"


def _is_overtaken(wish: Wish, now: Standing, at: datetime) -> bool:
    if wish.asked_at is None or now.since is None:
        return False
    return at - wish.asked_at > LATE and now.since > wish.asked_at


def go_back(connection: Connection, at: datetime) -> bool:
    """When the time of the present mode is up: back to the one before, or to disarmed where that is no more."""
    if (until := current(connection).until) is None or until > at:
        return False
    known = lock(connection)
    now = current(connection)
    if now.until is None or now.until > at:
        return False
    back = now.previous_mode_id if now.previous_mode_id in known else DISARMED
    _write(connection, Wish(new_id(), back or DISARMED, TIMER, f"the time for {now.name} is up"), now, at)
    return True


def add(connection: Connection, name: str, mode_id: str | None = None) -> str:
    """A mode of the owner's own, at the end of the switch; its id, made of its name where none is given.

    Raises `IntegrityError` for a name or id that is there.
    """
    taken = lock(connection)
    mode_id = mode_id or _free_id(taken, slug(name))
    last = connection.scalar(select(func.max(mode.c.position))) or 0
    connection.execute(insert(mode).values(id=mode_id, name=name, position=last + 1, builtin=False))
    return mode_id


def _free_id(taken: set[str], base: str) -> str:
    """Names of another script, and names that differ by their signs alone, come to the same slug."""
    candidates = chain([base], (numbered(base, number) for number in count(2)))
    return next(one for one in candidates if one not in taken)


def rename(connection: Connection, mode_id: str, name: str) -> None:
    """Gives it another name; its id stays. Raises `IntegrityError` for a name that is there."""
    connection.execute(update(mode).where(mode.c.id == mode_id).values(name=name))


def delay(connection: Connection, mode_id: str, exit_s: int, entry_s: int) -> None:
    """Gives it other delays, in seconds. What is arming or pending by then stays so. `disarmed` can have none."""
    connection.execute(update(mode).where(mode.c.id == mode_id).values(exit_s=exit_s, entry_s=entry_s))


def find(connection: Connection, mode_id: str) -> Mode | None:
    """One mode, held until the transaction ends; or None."""
    row = connection.execute(select(mode).where(mode.c.id == mode_id).with_for_update()).one_or_none()
    return Mode(**row._mapping) if row else None


def users(connection: Connection, mode_id: str) -> list[str]:
    """Names of the cameras, schedules, people and links that speak of a mode: while there are some, it stays."""
    quoted = func.json_quote(mode_id)
    queries = (
        select(camera.c.name).where(func.json_contains(camera.c.alert_modes, quoted)),
        select(schedule.c.name).where(or_(schedule.c.mode_id == mode_id, schedule.c.mode_after_id == mode_id)),
        select(person.c.name).where(func.json_contains(person.c.modes, quoted)),
    )
    named = {name for query in queries for name in connection.scalars(query)}
    return sorted(named.union(link.of_mode(connection, mode_id)))


def remove(connection: Connection, mode_id: str) -> None:
    """Deletes one of the owner's own; what it was set to stays in the history."""
    connection.execute(delete(mode).where(mode.c.id == mode_id, mode.c.builtin.is_(False)))


def lock(connection: Connection) -> set[str]:
    """Every mode's id. Whoever sets a mode, or lets the house wait, holds their rows: one comes after another."""
    return set(connection.scalars(select(mode.c.id).order_by(mode.c.id).with_for_update()))


def _exit_delay(connection: Connection, wish: Wish) -> timedelta:
    if wish.schedule_id is not None:
        wants = select(schedule.c.exit_delay).where(schedule.c.id == wish.schedule_id)
        if not connection.scalar(wants):
            return timedelta(0)
    return timedelta(seconds=connection.scalar(select(mode.c.exit_s).where(mode.c.id == wish.mode_id)) or 0)


def _write(
    connection: Connection, wish: Wish, before: Standing, at: datetime, exit_delay: timedelta = timedelta(0)
) -> None:
    values = {"id": wish.id, "mode_id": wish.mode_id, "set_by": wish.by, "reason": wish.reason}
    # Two changes within one tick of the clock, or after it was put back, would have no order.
    since = max(at, before.since + TICK) if before.since else at
    times = {"since": since, "until": wish.until, "arming_until": _arming_until(wish, before, since, exit_delay)}
    schedule_id, previous = wish.schedule_id, _to_come_back(before)
    made = insert(mode_change).values(**values, **times, previous_mode_id=previous, schedule_id=schedule_id)
    connection.execute(made)


def _arming_until(wish: Wish, before: Standing, since: datetime, exit_delay: timedelta) -> datetime | None:
    """Who chooses the present mode again neither disarms it for a while, nor arms it any earlier."""
    if wish.mode_id == before.mode_id:
        return before.arming_at(since)
    return since + exit_delay if exit_delay else None


def _to_come_back(before: Standing) -> str | None:
    """What was set only until a time is not what one comes back to."""
    if before.until is not None:
        return before.previous_mode_id
    return before.mode_id if before.since else None


def _before_the_first(connection: Connection) -> Standing:
    name = connection.scalar(select(mode.c.name).where(mode.c.id == DISARMED))
    return Standing(DISARMED, name or DISARMED)


def _standing(row: Row[Any]) -> Standing:
    return Standing(**row._mapping)
