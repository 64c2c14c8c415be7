"""Plates: those that people have named, and those that were only read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update
from sqlalchemy.dialects.mysql import insert

from services.core.folding import fold, signs
from services.core.ids import new_id
from services.store.plate_tables import plate, plate_read
from services.store.tables import image, sighting

NAMED = ("known", "allow", "deny")
"""Standings that a person gave; `unknown` is only read."""

LISTED_MAX = 500


@dataclass(frozen=True)
class Plate:
    """One row of `plate`; times are aware UTC."""

    id: str
    text: str
    folded: str
    standing: str
    owner: str | None
    colour: str | None
    vehicle: str | None
    note: str | None
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Card:
    """A plate as a list shows it: how many vehicles came with it, and its newest reading with the box, where there is
    one still. The box is x1, y1, x2, y2 as shares (0-1) of a picture of `width` by `height` pixels.
    """

    plate: Plate
    visits: int
    image_id: str | None = None
    camera_id: str | None = None
    captured_at: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    width: int | None = None
    height: int | None = None


def _plate(row: Row[Any]) -> Plate:
    return Plate(**row._mapping)


def find(connection: Connection, plate_id: str) -> Plate | None:
    """One plate, or None."""
    row = connection.execute(select(plate).where(plate.c.id == plate_id)).one_or_none()
    return _plate(row) if row else None


def lock(connection: Connection, plate_id: str) -> Plate | None:
    """One plate, kept from changes until the transaction ends; or None."""
    row = connection.execute(select(plate).where(plate.c.id == plate_id).with_for_update()).one_or_none()
    return _plate(row) if row else None


def named(connection: Connection) -> list[Plate]:
    """Every plate that a person has named."""
    query = select(plate).where(plate.c.standing.in_(NAMED)).order_by(plate.c.text)
    return [_plate(row) for row in connection.execute(query)]


def unnamed(connection: Connection, folded: str) -> list[Plate]:
    """Plates that nobody has named with this folded text."""
    query = select(plate).where(plate.c.standing == "unknown", plate.c.folded == folded).order_by(plate.c.text)
    return [_plate(row) for row in connection.execute(query)]


def get_or_add(connection: Connection, text: str, at: datetime) -> Plate:
    """The plate with this text, added as unknown where there is none."""
    row = {"id": new_id(), "text": text, "folded": fold(text), "standing": "unknown", "created_at": at}
    statement = insert(plate).values(**row)
    connection.execute(statement.on_duplicate_key_update(id=plate.c.id))
    return _plate(connection.execute(select(plate).where(plate.c.text == text)).one())


def add(connection: Connection, text: str, at: datetime, **fields: Any) -> Plate:
    """A plate that a person enters before it was ever read. Raises `IntegrityError` when the text is there already."""
    made = {"id": new_id(), "text": text, "folded": fold(text), "created_at": at, **fields}
    connection.execute(plate.insert().values(**made))
    return _plate(connection.execute(select(plate).where(plate.c.id == made["id"])).one())


def change(connection: Connection, plate_id: str, **fields: Any) -> None:
    """Changes what people may change; with `text` its folded form, too. Raises `IntegrityError` when that is taken."""
    more = {"folded": fold(fields["text"])} if "text" in fields else {}
    connection.execute(update(plate).where(plate.c.id == plate_id).values(**fields, **more))


def seen(connection: Connection, plate_id: str, captured_at: datetime) -> None:
    """Notes that it was read in a picture of then; an older one changes nothing."""
    older = or_(plate.c.last_seen_at.is_(None), plate.c.last_seen_at < captured_at)
    connection.execute(update(plate).where(plate.c.id == plate_id, older).values(last_seen_at=captured_at))


def forget_misread(connection: Connection, plate_id: str) -> bool:
    """Deletes a plate that nobody has named and no reading means any more; whether it did."""
    meant = select(plate_read.c.id).where(plate_read.c.plate_id == plate_id).exists()
    settled = select(sighting.c.id).where(sighting.c.plate_id == plate_id).exists()
    only_read = (plate.c.id == plate_id) & (plate.c.standing == "unknown") & ~meant & ~settled
    return connection.execute(delete(plate).where(only_read)).rowcount == 1


def cards(connection: Connection, search: str = "", standing: str | None = None) -> list[Card]:
    """Plates whose text has the search's signs in it, or signs that look alike; named ones by owner, too.

    Those that were seen last come first, those never seen at the end; at most `LISTED_MAX`.
    """
    query = select(plate).where(*_wanted(search, standing)).limit(LISTED_MAX)
    rows = connection.execute(query.order_by(plate.c.last_seen_at.desc(), plate.c.id.desc())).all()
    found = [_plate(row) for row in rows]
    visits = _visits(connection, [one.id for one in found])
    newest = {one.id: _newest(connection, one.id) for one in found}
    return [Card(one, visits.get(one.id, 0), *newest[one.id]) for one in found]


def card(connection: Connection, plate_id: str) -> Card | None:
    """One plate as a list shows it, or None."""
    found = find(connection, plate_id)
    if found is None:
        return None
    return Card(found, _visits(connection, [plate_id]).get(plate_id, 0), *_newest(connection, plate_id))


def counts(connection: Connection) -> dict[str, int]:
    """How many plates there are of each standing."""
    query = select(plate.c.standing, func.count()).group_by(plate.c.standing)
    return {standing: int(count) for standing, count in connection.execute(query)}


def pictures(connection: Connection, plate_id: str, limit: int) -> list[Row[Any]]:
    """Its newest readings: `image_id`, `camera_id`, `captured_at`, `text`, `score`."""
    names = ("image_id", "camera_id", "captured_at", "text", "score")
    query = select(*(plate_read.c[name] for name in names)).where(plate_read.c.plate_id == plate_id)
    return list(connection.execute(query.order_by(*_newest_first()).limit(limit)))


def of_image(connection: Connection, image_id: str) -> list[Row[Any]]:
    """What was read in one picture, surest first; `plate_text`, `standing`, `owner` are of what it was taken for."""
    query = (
        select(plate_read, plate.c.text.label("plate_text"), plate.c.standing, plate.c.owner)
        .select_from(plate_read.outerjoin(plate, plate.c.id == plate_read.c.plate_id))
        .where(plate_read.c.image_id == image_id)
        .order_by(plate_read.c.ordinal)
    )
    return list(connection.execute(query))


def _wanted(search: str, standing: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [] if standing is None else [plate.c.standing == standing]
    words, text = search.strip(), signs(search)
    if words:
        by_owner = plate.c.owner.contains(words, autoescape=True)
        wanted.append(or_(by_owner, plate.c.folded.contains(fold(text), autoescape=True)) if text else by_owner)
    return wanted


def _visits(connection: Connection, plate_ids: Sequence[str]) -> dict[str, int]:
    if not plate_ids:
        return {}
    query = select(sighting.c.plate_id, func.count()).where(sighting.c.plate_id.in_(plate_ids))
    return {plate_id: int(count) for plate_id, count in connection.execute(query.group_by(sighting.c.plate_id))}


def _newest(connection: Connection, plate_id: str) -> tuple[Any, ...]:
    columns = [plate_read.c[name] for name in ("image_id", "camera_id", "captured_at", "x1", "y1", "x2", "y2")]
    query = select(*columns, image.c.width, image.c.height).join(image, image.c.id == plate_read.c.image_id)
    query = query.where(plate_read.c.plate_id == plate_id).order_by(*_newest_first()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return ()
    return row.image_id, row.camera_id, row.captured_at, (row.x1, row.y1, row.x2, row.y2), row.width, row.height


def _newest_first() -> tuple[Any, ...]:
    return plate_read.c.captured_at.desc(), plate_read.c.image_id.desc(), plate_read.c.ordinal
