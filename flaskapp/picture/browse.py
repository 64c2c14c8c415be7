"""One page of the grid, and the neighbours of one picture, within what was chosen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flaskapp.picture.filters import Filter, spans
from flaskapp.zone import Zone
from services.store import album
from services.store.album import Box, Picture
from services.store.keyset import Place

PAGE = 60
COUNT_MAX = 1000


@dataclass(frozen=True)
class Page:
    """Pictures, newest first, with what was kept in each, and where the next page begins (None: this is the end)."""

    pictures: list[Picture]
    boxes: dict[str, list[Box]]
    next: Place | None


def page(connection: Connection, chosen: Filter, zone: Zone, now: datetime, before: Place | None) -> Page:
    """The page after `before`, or the first."""
    looked = list(spans(chosen, zone, before.at if before else now))
    pictures = album.older(connection, chosen.wanted(), looked, before, PAGE)
    boxes = album.boxes(connection, [picture.id for picture in pictures])
    kept = {image_id: [box for box in found if box.dropped_because is None] for image_id, found in boxes.items()}
    return Page(pictures, kept, _next(connection, chosen, pictures, looked))


def _next(connection: Connection, chosen: Filter, pictures: list[Picture], looked: list[album.Span]) -> Place | None:
    if len(pictures) == PAGE:
        return pictures[-1].place
    start = looked[-1].start
    if start is None or chosen.day is not None:
        return None
    oldest = album.oldest_at(connection, chosen.wanted())
    return Place(start, "") if oldest is not None and oldest < start else None


def count(connection: Connection, chosen: Filter, zone: Zone, now: datetime) -> int | None:
    """How many pictures there are, up to `COUNT_MAX`; None where that would mean looking through every day."""
    if chosen.part is not None and chosen.day is None:
        return None
    return album.count_up_to(connection, chosen.wanted(), list(spans(chosen, zone, now)), COUNT_MAX)


def neighbours(
    connection: Connection, chosen: Filter, zone: Zone, place: Place
) -> tuple[Picture | None, Picture | None]:
    """The next newer and the next older picture."""
    newer = album.newer(connection, chosen.wanted(), spans(chosen, zone, place.at, backwards=False), place, 1)
    older = album.older(connection, chosen.wanted(), spans(chosen, zone, place.at), place, 1)
    return (newer[0] if newer else None), (older[0] if older else None)
