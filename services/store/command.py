"""Commands: orders to outputs. The row goes before its message, and is the record of who switched what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from services.store import audit
from services.store.audit import Change
from services.store.engine import UtcMoment
from services.store.rule_tables import command
from services.store.ruling import Source

SWITCH = "output.switch"
IN_TIME = timedelta(seconds=120)
"""An order that cannot be sent for so long is left undone: nobody expects it any more."""
CLOCK_STEP = timedelta(seconds=5)
OFF_IN_TIME = timedelta(days=1)
"""A siren must go off, also where the broker was away for long."""


@dataclass(frozen=True)
class Command:
    """One row of `command`; times are aware UTC, `seconds` how long on. `is_on` None: it says `text`."""

    id: str
    device_id: str
    ordered_by: str
    is_on: bool | None
    seconds: float | None
    text: str | None
    made_at: datetime
    expires_at: datetime
    link_id: str | None = None
    source: Source | None = None
    trigger_id: str | None = None
    state: str = "due"
    sent_at: datetime | None = None
    off_at: datetime | None = None


def expires_at(is_on: bool | None, made_at: datetime) -> datetime:
    """Until when an order may be sent."""
    return made_at + (OFF_IN_TIME if is_on is False else IN_TIME)


def add(connection: Connection, made: Sequence[Command]) -> None:
    """Writes rows. Raises `IntegrityError` for an id that is there, or an output or link that is not."""
    if made:
        connection.execute(insert(command), [asdict(one) for one in made])


def order(connection: Connection, made: Sequence[Command], user_id: str | None, at: datetime) -> None:
    """As `add`, and writes who did it; `user_id` None is a rule or a flow."""
    add(connection, made)
    audit.write_all(connection, at, user_id, [_change(one) for one in made])


def find(connection: Connection, command_id: str) -> Command | None:
    """One command, or None."""
    row = connection.execute(select(command).where(command.c.id == command_id)).one_or_none()
    return _command(row) if row else None


def due(connection: Connection, limit: int) -> list[Command]:
    """Those that are to be sent, oldest first."""
    query = select(command).where(command.c.state == "due").order_by(command.c.made_at, command.c.id).limit(limit)
    return [_command(row) for row in connection.execute(query)]


def sent(connection: Connection, orders: Sequence[Command], at: datetime) -> None:
    """The broker has them. An output goes off again when the last order to it wants that, not when older ones did."""
    connection.execute(_SENT, {"ids": [one.id for one in orders], "at": at})
    last = {one.device_id: one.id for one in orders if one.is_on is not None}
    if last:
        connection.execute(_OFF_BY_A_NEWER, {"devices": list(last), "ids": list(last.values())})


def expire(connection: Connection, command_id: str) -> bool:
    """It could not be sent in time. False when it was, after all, or has gone with its output."""
    waiting = (command.c.id == command_id) & (command.c.state == "due")
    return connection.execute(update(command).where(waiting).values(state="expired")).rowcount == 1


def off_due(connection: Connection, now: datetime, limit: int) -> list[Command]:
    """Those whose time on is over, locked; not where a newer order to the same output has yet to be sent."""
    rows = connection.execute(_OFF_DUE, {"now": now, "ahead": now + CLOCK_STEP, "most": limit})
    return [_command(row) for row in rows]


def off_ordered(connection: Connection, command_id: str) -> None:
    """Its output has been ordered to go off again."""
    connection.execute(update(command).where(command.c.id == command_id).values(off_at=None))


def newest(connection: Connection, device_ids: Iterable[str]) -> dict[str, Command]:
    """The newest command to each of several outputs."""
    rows = {one: connection.execute(_newest(one)).one_or_none() for one in sorted(set(device_ids))}
    return {device_id: _command(row) for device_id, row in rows.items() if row}


def newest_by_link(
    connection: Connection, device_id: str, since: datetime, until: datetime, switched_off_counts: bool = False
) -> Command | None:
    """The newest command to an output that a link led to and that did not expire; an off only where that counts.

    Only what was made from `since` to `until`, both included.
    """
    made = command.c.made_at.between(since, until)
    query = _newest(device_id).where(made, command.c.link_id.is_not(None), command.c.state != "expired")
    if not switched_off_counts:
        query = query.where(or_(command.c.is_on.is_(None), command.c.is_on))
    row = connection.execute(query).one_or_none()
    return _command(row) if row else None


def of_triggers(
    connection: Connection, triggers: Iterable[tuple[Source, str]]
) -> dict[tuple[Source, str], list[Command]]:
    """What several triggers, each a source and an id, led to, oldest first."""
    found: dict[tuple[Source, str], list[Command]] = defaultdict(list)
    wanted = sorted(set(triggers))
    if wanted:
        query = select(command).where(tuple_(command.c.source, command.c.trigger_id).in_(wanted))
        for row in connection.execute(query.order_by(command.c.made_at, command.c.id)):
            found[row.source, row.trigger_id].append(_command(row))
    return found


_AT = bindparam("at", type_=UtcMoment())
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_DEVICES: BindParameter[Any] = bindparam("devices", expanding=True)
_OVER_AT = func.timestampadd(literal_column("MICROSECOND"), command.c.seconds * 1_000_000, _AT)
_SENT = (
    update(command)
    .where(command.c.id.in_(_IDS), command.c.state == "due")
    .values(
        state="sent",
        sent_at=_AT,
        off_at=case((command.c.is_on & command.c.seconds.is_not(None), _OVER_AT), else_=None),
    )
)
_OFF_BY_A_NEWER = (
    update(command)
    .where(command.c.off_at.is_not(None), command.c.device_id.in_(_DEVICES), command.c.id.not_in(_IDS))
    .values(off_at=None)
)
_NEWER = command.alias("newer")
_WAITING = (_NEWER.c.device_id == command.c.device_id) & (_NEWER.c.state == "due") & _NEWER.c.is_on.is_not(None)
# One that was sent later than now was sent by a clock that has been put back since: nobody knows when it is over.
_IS_OVER = or_(command.c.off_at <= bindparam("now"), command.c.sent_at > bindparam("ahead"))
_OFF_DUE = (
    select(command)
    .where(command.c.off_at.is_not(None), _IS_OVER, ~select(_NEWER.c.id).where(_WAITING).exists())
    .order_by(command.c.off_at, command.c.id)
    .limit(bindparam("most"))
    .with_for_update()
)


def _change(made: Command) -> Change:
    after = {"command_id": made.id, "on": made.is_on, "seconds": made.seconds, "by": made.ordered_by}
    return Change(SWITCH, made.device_id, None, after if made.text is None else after | {"text": made.text})


def _newest(device_id: str) -> Any:
    ours = select(command).where(command.c.device_id == device_id)
    return ours.order_by(command.c.made_at.desc(), command.c.id.desc()).limit(1)


def _command(row: Row[Any]) -> Command:
    return Command(**row._mapping)
