"""What flows ask of one picture, and what the database knows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.core.polygon import Box
from services.store.plate_look import VEHICLES
from services.store.plate_tables import plate_look, plate_read
from services.store.tables import detection


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that was kept."""

    label: str
    score: float
    box: Box


@dataclass(frozen=True)
class Read:
    """One plate as it was read; `candidates` is what else it may say: text and score."""

    text: str
    score: float
    box: Box
    region: str | None
    candidates: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Look:
    """How the reading of a picture's plates stands; `reads` are the surest first."""

    state: str
    took_ms: float | None
    error: str | None
    reads: Sequence[Read]


def counts(connection: Connection, image_id: str) -> dict[str, int]:
    """Every label that was found in a picture and counts, and how often; the label that is found most comes first."""
    often = func.count().label("often")
    query = (
        select(detection.c.label, often)
        .where(detection.c.image_id == image_id, detection.c.dropped_because.is_(None))
        .group_by(detection.c.label)
        .order_by(often.desc(), detection.c.label)
    )
    return {row.label: row.often for row in connection.execute(query)}


def vehicles(connection: Connection, image_id: str) -> list[Vehicle]:
    """The vehicles of a picture that count, surest first."""
    query = (
        select(detection)
        .where(
            detection.c.image_id == image_id,
            detection.c.dropped_because.is_(None),
            detection.c.label.in_(VEHICLES),
        )
        .order_by(detection.c.ordinal)
    )
    return [Vehicle(row.label, row.score, _box(row)) for row in connection.execute(query)]


def plates(connection: Connection, image_id: str) -> Look | None:
    """How it stands with the plates of a picture; None when nobody has asked for them yet."""
    look = connection.execute(select(plate_look).where(plate_look.c.image_id == image_id)).one_or_none()
    if look is None:
        return None
    query = select(plate_read).where(plate_read.c.image_id == image_id).order_by(plate_read.c.ordinal)
    reads = [Read(row.text, row.score, _box(row), row.region, _candidates(row)) for row in connection.execute(query)]
    return Look(look.state, look.took_ms, look.error, reads)


def _candidates(row: Row[Any]) -> list[tuple[str, float]]:
    return [(one["text"], one["score"]) for one in row.candidates]


def _box(row: Row[Any]) -> Box:
    return (row.x1, row.y1, row.x2, row.y2)
