"""What the doctor asks about plates: their looks, their readings, and whether somebody settles what to tell of them."""

from typing import Any

from sqlalchemy import Connection, Row, and_, exists, not_, or_, select

from services.store import plate_read as readings
from services.store.doctor import Span, Wait
from services.store.plate_tables import plate, plate_look, plate_read
from services.store.work import MAX_ATTEMPTS

STATES = {"pending": "plate_pending", "reading": "plate_reading"}


def looks_askew(connection: Connection, span: Span) -> list[str]:
    """Images whose look for plates lacks what its state stands for: a worker, a time, a reader."""
    state, ended = plate_look.c.state, plate_look.c.state.in_(("read", "failed"))
    askew = or_(
        and_(state == "reading", or_(plate_look.c.claimed_by.is_(None), plate_look.c.attempts == 0)),
        and_(not_(state == "reading"), plate_look.c.claimed_by.is_not(None)),
        and_(ended, plate_look.c.read_at.is_(None)),
        and_(state == "read", plate_look.c.reader.is_(None)),
        plate_look.c.attempts > MAX_ATTEMPTS,
    )
    return _images(connection, select(plate_look.c.image_id).where(span.holds(plate_look.c.image_id), askew))


def reads_too_early(connection: Connection, span: Span) -> list[str]:
    """Images of which plates were read although no look for them has ended well."""
    looked = exists().where(plate_look.c.image_id == plate_read.c.image_id, plate_look.c.state == "read")
    early = select(plate_read.c.image_id).where(span.holds(plate_read.c.image_id), not_(looked))
    return _images(connection, early)


def unfinished(connection: Connection, span: Span) -> list[Wait]:
    """Images whose plates wait to be read, or for the verdict whether to tell of them, and since when."""
    columns = (plate_look.c.image_id, plate_look.c.state, plate_look.c.wanted_at, plate_look.c.claim_expires_at)
    query = select(*columns).where(span.holds(plate_look.c.image_id), plate_look.c.state.in_(tuple(STATES)))
    waits = [
        Wait(row.image_id, STATES[row.state], row.wanted_at, row.claim_expires_at) for row in connection.execute(query)
    ]
    return waits + [
        Wait(one.image_id, "plate_unjudged", one.since, None) for one in readings.unjudged(connection, span)
    ]


def plates(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every plate's row, by id."""
    rows: list[Row[Any]] = list(connection.execute(select(plate)))
    return {row.id: dict(row._mapping) for row in rows}


def _images(connection: Connection, query: Any) -> list[str]:
    return sorted(connection.scalars(query.distinct()))
