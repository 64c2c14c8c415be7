"""Paging by place, not by number: a page starts after a (moment, id), so the millionth row costs what the first does.

The condition is written `at <= ? AND (at < ? OR id < ?)`: MariaDB walks the index from there, while it reads
the whole table for the row constructor `(at, id) < (?, ?)`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Where a page ended: the moment (aware UTC) and the id of its last row."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}"


def read(text: str) -> Place:
    """The reverse of `str(place)`. Raises `ValueError`."""
    micros, _, row_id = text.partition(".")
    if not (text.isascii() and micros.isdigit() and len(micros) <= 17):
        raise ValueError(f"{text!r} is not a place in a list")
    return Place(_EPOCH + int(micros) * _MICROSECOND, row_id[:64])


def before(at: ColumnElement[Any], row_id: ColumnElement[Any], place: Place) -> ColumnElement[bool]:
    """Rows that come after `place` in a list that shows the newest first."""
    return and_(at <= place.at, or_(at < place.at, row_id < place.id))


def after(at: ColumnElement[Any], row_id: ColumnElement[Any], place: Place) -> ColumnElement[bool]:
    """Rows that are newer than `place`."""
    return and_(at >= place.at, or_(at > place.at, row_id > place.id))
