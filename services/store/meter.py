"""Meters: what they read, how a number of theirs becomes a value, its limits, and what their register is set to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from services.store.device_tables import meter, reading

Shows = Literal["register", "last_minute"]

AHEAD = timedelta(seconds=120)
"""So far a meter's clock may be ahead of ours."""


@dataclass(frozen=True)
class Reading:
    """One row of `reading`: raw numbers, `at` is aware UTC."""

    id: str
    device_id: str
    at: datetime
    register: float | None
    last_minute: float | None


@dataclass(frozen=True)
class Meter:
    """One row of `meter`; times are aware UTC; `sql/` explains each column."""

    device_id: str
    shows: Shows
    factor: float = 1
    unit: str | None = None
    digits: int = 0
    low: float | None = None
    high: float | None = None
    reset_to: float | None = None
    reset_from: float | None = None
    reset_asked_at: datetime | None = None
    reset_done_at: datetime | None = None

    def value(self, read: Reading) -> float | None:
        """What a reading means, in `unit`; None when it does not say the number that counts."""
        number = read.register if self.shows == "register" else read.last_minute
        return None if number is None else number / self.factor

    def in_words(self, value: float) -> str:
        """`12.5 kW`."""
        return f"{value:.{self.digits}f} {self.unit or ''}".strip()

    @property
    def is_awaiting(self) -> bool:
        """Whether it was asked for another register and has not answered."""
        return self.reset_asked_at is not None and self.reset_done_at is None


@dataclass(frozen=True)
class Span:
    """The readings of a stretch of time together: its beginning, and the value's least, middle and most."""

    at: datetime
    least: float
    middle: float
    most: float


def all_meters(connection: Connection) -> dict[str, Meter]:
    """Every meter, by its device's id."""
    return {row.device_id: _meter(row) for row in connection.execute(select(meter))}


def lock(connection: Connection, device_id: str) -> Meter | None:
    """One meter, kept from changes until the transaction ends; or None."""
    row = connection.execute(select(meter).where(meter.c.device_id == device_id).with_for_update()).one_or_none()
    return _meter(row) if row else None


def begin(connection: Connection, read: Reading) -> Meter:
    """Makes the row of a meter at its first reading: it shows what that says."""
    made = Meter(read.device_id, "last_minute" if read.register is None else "register")
    connection.execute(insert(meter).values(**vars(made)))
    return made


def change(connection: Connection, device_id: str, **fields: Any) -> None:
    """Changes columns."""
    connection.execute(update(meter).where(meter.c.device_id == device_id).values(**fields))


def ask(connection: Connection, device_id: str, register: float, before: float | None, at: datetime) -> None:
    """Notes that a meter is asked for another register than the one before, which may not be known."""
    change(connection, device_id, reset_to=register, reset_from=before, reset_asked_at=at, reset_done_at=None)


def add(connection: Connection, read: Reading) -> bool:
    """Writes a reading; False when it was there already."""
    if connection.scalar(select(reading.c.id).where(reading.c.id == read.id)) is not None:
        return False
    connection.execute(insert(reading).values(**vars(read)))
    return True


def newest(connection: Connection, device_id: str, now: datetime) -> Reading | None:
    """The last reading of a meter, or None. What was read in the future was read by a clock that was ahead."""
    told = (reading.c.device_id == device_id, reading.c.at <= now + AHEAD)
    query = select(reading).where(*told).order_by(reading.c.at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Reading(**row._mapping) if row else None


def newest_register(connection: Connection, device_id: str, now: datetime) -> float | None:
    """The last register that a meter told, or None; as `newest`."""
    told = (reading.c.device_id == device_id, reading.c.register.is_not(None), reading.c.at <= now + AHEAD)
    return connection.scalar(select(reading.c.register).where(*told).order_by(reading.c.at.desc()).limit(1))


def spans(connection: Connection, one: Meter, since: datetime, length: timedelta) -> list[Span]:
    """What a meter read since then, as one span for each stretch of `length` with readings; oldest first."""
    number = reading.c.register if one.shows == "register" else reading.c.last_minute
    seconds = int(length.total_seconds())
    stretch = func.floor(func.unix_timestamp(reading.c.at) / seconds)
    query = (
        select(stretch.label("stretch"), func.min(number), func.avg(number), func.max(number))
        .where(reading.c.device_id == one.device_id, reading.c.at >= since, number.is_not(None))
        .group_by("stretch")
        .order_by("stretch")
    )
    return [
        Span(datetime.fromtimestamp(int(place) * seconds, UTC), *(float(number) / one.factor for number in numbers))
        for place, *numbers in connection.execute(query)
    ]


def _meter(row: Row[Any]) -> Meter:
    return Meter(**row._mapping)
