"""What was read: written with all that it settles in one transaction, and read back to be told again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Select, insert, select, update

from services.core.clock import Clock
from services.core.folding import fold
from services.core.messages import ImagePlates, PlateSeen, PlateSettled
from services.core.polygon import Box
from services.store import plate as plates
from services.store import plate_look as looks
from services.store.doctor import Span
from services.store.plate import NAMED, Plate
from services.store.plate_tables import plate, plate_look, plate_read
from services.store.tables import image, sighting
from services.store.work import UNCLAIMED, Held, Waiting

MOST = 12
"""So many readings of one sighting are weighed, the surest ones: a parked car may have thousands."""


@dataclass(frozen=True)
class Read:
    """One plate as it was read in one picture; `box` in shares (0-1) of it, `candidates` what else it may say."""

    image_id: str
    raw: str
    text: str
    score: float
    box: Box
    region: str | None = None
    candidates: tuple[tuple[str, float], ...] = ()
    sighting_id: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of one picture, surest plate first. `error` says in words why it failed."""

    image_id: str
    camera_id: str
    captured_at: datetime
    received_at: datetime
    error: str | None = None
    reads: Sequence[Read] = ()
    reader: str | None = None
    took_ms: float | None = None
    fell_back_because: str | None = None


@dataclass(frozen=True)
class Agreed:
    """What the readings of one vehicle come to, in which picture it was surest, and how many readings say so."""

    text: str
    score: float
    image_id: str
    count: int


class Judge(Protocol):
    """The rules of settling. Pure."""

    def agree(self, reads: Sequence[Read]) -> Agreed | None:
        """What the readings of one vehicle agree on; None when there are none."""

    def meant(self, agreed: Agreed, known: Sequence[Plate]) -> Plate | None:
        """Which plate that is; None for one that is not among them."""


@dataclass(frozen=True)
class Settled:
    """A vehicle that came to mean a plate, or now another one, with one picture."""

    sighting_id: str
    plate: Plate


@dataclass(frozen=True)
class Told:
    """One picture's look as messages tell of it."""

    row: Any
    reads: list[Any] = field(default_factory=list)
    settled: list[Any] = field(default_factory=list)

    def message(self, clock: Clock, src: str) -> ImagePlates:
        """The bell for it."""
        row = self.row
        return ImagePlates.make(
            clock,
            src,
            image_id=row.image_id,
            camera_id=row.camera_id,
            captured_at=row.captured_at,
            received_at=row.received_at,
            outcome=row.state,
            reader=row.reader,
            reads=[_seen(one) for one in self.reads],
            settled=[PlateSettled(**one._mapping) for one in self.settled],
            took_ms=row.took_ms,
            fell_back_because=row.fell_back_because,
            error=row.error,
        )


def record(
    connection: Connection, outcome: Outcome, worker: str, at: datetime, judge: Judge
) -> tuple[Settled, ...] | None:
    """Writes what was read in a picture that `worker` has claimed, and what that settles.

    None, and nothing is written, when the claim is not the worker's any more.
    """
    values = looks.failed_values(at, outcome.error) if outcome.error else _read_values(outcome, at)
    if not looks.step(connection, Held(outcome.image_id, outcome.camera_id, worker, 0), **values):
        return None
    there = _lock_sightings(connection, {one.sighting_id for one in outcome.reads if one.sighting_id})
    if outcome.reads:
        connection.execute(insert(plate_read), _rows(outcome, there))
    for ordinal in [number for number, one in enumerate(outcome.reads) if one.sighting_id not in there]:
        _take_alone(connection, outcome, ordinal, at, judge)
    settled = [_settle(connection, outcome, one, at, judge) for one in there.values()]
    return tuple(one for one in settled if one)


def told(connection: Connection, image_ids: Sequence[str]) -> list[Told]:
    """The looks of pictures that have an outcome, rebuilt from their rows."""
    if not image_ids:
        return []
    finished = plate_look.c.image_id.in_(image_ids) & plate_look.c.state.in_(("read", "failed"))
    joined = select(plate_look, image.c.received_at).join(image, image.c.id == plate_look.c.image_id)
    rows = connection.execute(joined.where(finished).order_by(plate_look.c.image_id)).all()
    settled = _settled_in(connection, image_ids)
    return [Told(row, plates.of_image(connection, row.image_id), settled[row.image_id]) for row in rows]


def waiting_for_verdict(connection: Connection, before: datetime, limit: int) -> list[Waiting]:
    """Pictures that settled a named plate before then, on which nothing was decided; oldest first."""
    late = _unjudged().where(sighting.c.plate_settled_at < before)
    return [Waiting(*row) for row in connection.execute(late.limit(limit))]


def unjudged(connection: Connection, span: Span) -> list[Waiting]:
    """Pictures of a range of ids that settled a named plate, on which nothing was decided."""
    return [Waiting(*row) for row in connection.execute(_unjudged().where(span.holds(plate_look.c.image_id)))]


def judged(connection: Connection, image_id: str, at: datetime) -> None:
    """It is settled whether to tell of the plates that this picture settled."""
    ids = select(sighting.c.id).select_from(_joined()).where(plate_look.c.image_id == image_id).distinct()
    sighting_ids = list(connection.scalars(ids))
    if sighting_ids:
        unjudged = sighting.c.id.in_(sighting_ids) & sighting.c.plate_judged_at.is_(None)
        connection.execute(update(sighting).where(unjudged).values(plate_judged_at=at))


def _joined() -> Any:
    """Sightings with the look that settled each: both bear the moment of one transaction."""
    reads = sighting.join(plate_read, plate_read.c.sighting_id == sighting.c.id)
    same = (plate_look.c.image_id == plate_read.c.image_id) & (plate_look.c.read_at == sighting.c.plate_settled_at)
    return reads.join(plate_look, same)


def _unjudged() -> Select[Any]:
    columns = (plate_look.c.image_id, plate_look.c.camera_id, plate_look.c.captured_at, image.c.received_at)
    query = select(*columns, plate_look.c.read_at).distinct().select_from(_joined())
    query = query.join(image, image.c.id == plate_look.c.image_id)
    return query.where(sighting.c.plate_judged_at.is_(None)).order_by(plate_look.c.read_at)


def _settled_in(connection: Connection, image_ids: Sequence[str]) -> dict[str, list[Any]]:
    columns = (
        sighting.c.id.label("sighting_id"),
        sighting.c.plate_id,
        plate.c.text,
        sighting.c.plate_score.label("score"),
        plate.c.standing,
        plate.c.owner,
    )
    by_image = select(plate_look.c.image_id, sighting.c.id).distinct().select_from(_joined())
    pairs = connection.execute(by_image.where(plate_look.c.image_id.in_(image_ids))).all()
    query = select(*columns).join(plate, plate.c.id == sighting.c.plate_id)
    rows = {
        row.sighting_id: row for row in connection.execute(query.where(sighting.c.id.in_([one.id for one in pairs])))
    }
    found: dict[str, list[Any]] = defaultdict(list)
    for pair in sorted(pairs):
        found[pair.image_id].append(rows[pair.id])
    return found


def _seen(row: Any) -> PlateSeen:
    return PlateSeen(
        text=row.text,
        score=row.score,
        box=(row.x1, row.y1, row.x2, row.y2),
        region=row.region,
        sighting_id=row.sighting_id,
        plate_id=row.plate_id,
        standing=row.standing,
        owner=row.owner,
    )


def _read_values(outcome: Outcome, at: datetime) -> dict[str, Any]:
    return {
        "state": "read",
        "read_at": at,
        "reader": outcome.reader,
        "took_ms": outcome.took_ms,
        "fell_back_because": outcome.fell_back_because,
        **UNCLAIMED,
    }


def _lock_sightings(connection: Connection, sighting_ids: set[str]) -> dict[str, Any]:
    """The sightings that are still there, by id, each ours until the transaction ends."""
    columns = (sighting.c.id, sighting.c.plate_id)
    query = select(*columns).where(sighting.c.id.in_(sorted(sighting_ids))).order_by(sighting.c.id).with_for_update()
    return {row.id: row for row in connection.execute(query)} if sighting_ids else {}


def _rows(outcome: Outcome, there: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "image_id": outcome.image_id,
            "ordinal": ordinal,
            "camera_id": outcome.camera_id,
            "captured_at": outcome.captured_at,
            "sighting_id": one.sighting_id if one.sighting_id in there else None,
            "raw": one.raw,
            "text": one.text,
            "folded": fold(one.text),
            "score": one.score,
            **dict(zip(("x1", "y1", "x2", "y2"), one.box, strict=True)),
            "region": one.region,
            "candidates": [{"text": text, "score": score} for text, score in one.candidates],
        }
        for ordinal, one in enumerate(outcome.reads)
    ]


def _take_alone(connection: Connection, outcome: Outcome, ordinal: int, at: datetime, judge: Judge) -> None:
    """A reading on a vehicle without a sighting: it means a plate all the same, and settles nothing."""
    agreed = judge.agree([outcome.reads[ordinal]])
    if agreed:
        meant = _meant(connection, agreed, at, judge)
        this = (plate_read.c.image_id == outcome.image_id) & (plate_read.c.ordinal == ordinal)
        connection.execute(update(plate_read).where(this).values(plate_id=meant.id))
        plates.seen(connection, meant.id, outcome.captured_at)


def _settle(connection: Connection, outcome: Outcome, row: Any, at: datetime, judge: Judge) -> Settled | None:
    """Weighs all readings of a sighting; what it settles when that is another plate than before."""
    reads = _of_sighting(connection, row.id)
    agreed = judge.agree(reads)
    if agreed is None or _is_one_against_another(connection, row, agreed):
        return None
    meant = _meant(connection, agreed, at, judge)
    anew = meant.id != row.plate_id
    # Of a plate that nobody has named nobody is told: that is settled with it.
    verdict = {"plate_settled_at": at, "plate_judged_at": None if meant.standing in NAMED else at} if anew else {}
    values = {"plate_id": meant.id, "plate_score": agreed.score, "plate_image_id": agreed.image_id, **verdict}
    connection.execute(update(sighting).where(sighting.c.id == row.id).values(**values))
    connection.execute(update(plate_read).where(plate_read.c.sighting_id == row.id).values(plate_id=meant.id))
    plates.seen(connection, meant.id, outcome.captured_at)
    if anew and row.plate_id is not None:
        plates.forget_misread(connection, row.plate_id)
    return Settled(row.id, meant) if anew else None


def _is_one_against_another(connection: Connection, row: Any, agreed: Agreed) -> bool:
    """A single reading does not unsettle a vehicle: only a second one that says the same does."""
    if row.plate_id is None or agreed.count > 1:
        return False
    connection.execute(update(plate_read).where(plate_read.c.sighting_id == row.id).values(plate_id=row.plate_id))
    return True


def _meant(connection: Connection, agreed: Agreed, at: datetime, judge: Judge) -> Plate:
    known = [*plates.named(connection), *plates.unnamed(connection, fold(agreed.text))]
    return judge.meant(agreed, known) or plates.get_or_add(connection, agreed.text, at)


def _of_sighting(connection: Connection, sighting_id: str) -> list[Read]:
    """The surest reading of each picture of a sighting."""
    query = select(plate_read).where(plate_read.c.sighting_id == sighting_id)
    rows = connection.execute(query.order_by(plate_read.c.score.desc(), plate_read.c.id).limit(4 * MOST))
    surest: dict[str, Any] = {}
    for row in rows:
        surest.setdefault(row.image_id, row)
    return [_read(row) for row in list(surest.values())[:MOST]]


def _read(row: Any) -> Read:
    candidates = tuple((one["text"], one["score"]) for one in row.candidates)
    box = (row.x1, row.y1, row.x2, row.y2)
    return Read(row.image_id, row.raw, row.text, row.score, box, row.region, candidates, row.sighting_id)
