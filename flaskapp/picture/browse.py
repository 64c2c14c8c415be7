"""One page of the grid, and the neighbours of one picture, within what was chosen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flaskapp.picture.filters import Filter, spans
from flaskapp.zone import Zone
from services.store import album, camera, plate_search
from services.store.album import Box, Picture
from services.store.keyset import Place
from services.store.wanted import Dropped, Span, Wanted, looks_far

PAGE = 60
COUNT_MAX = 500
REACH = 400
"""How many pictures one page looks through for two wishes that seldom meet, before it hands on to the next page."""


@dataclass(frozen=True)
class Search:
    """What was chosen, and what that means to the database; days are the zone's."""

    chosen: Filter
    wanted: Wanted
    zone: Zone


@dataclass(frozen=True)
class Page:
    """Pictures, newest first, with what is shown of each, and where the next page begins (None: this is the end)."""

    pictures: list[Picture]
    boxes: dict[str, list[Box]]
    next: Place | None


def search(connection: Connection, chosen: Filter, zone: Zone) -> Search:
    """What was chosen as the database knows it: a plate becomes the readings that it may mean."""
    wanted = Wanted(
        camera_id=chosen.camera,
        label=chosen.label,
        zone_id=chosen.zone,
        plates=plate_search.meant(connection, chosen.plate) if chosen.plate else None,
        sighting_id=chosen.sighting,
        dropped=Dropped(chosen.dropped, _cameras(connection, chosen)) if chosen.dropped else None,
    )
    return Search(chosen, wanted, zone)


def _cameras(connection: Connection, chosen: Filter) -> tuple[str, ...]:
    return (chosen.camera,) if chosen.camera else tuple(one.id for one in camera.all_cameras(connection))


def page(connection: Connection, found: Search, now: datetime, before: Place | None) -> Page:
    """The page after `before`, or the first."""
    looked = _looked_through(connection, found, before.at if before else now, before)
    pictures = album.older(connection, found.wanted, looked, before, PAGE)
    boxes = album.boxes(connection, [picture.id for picture in pictures])
    # Who asks for what was dropped wants to see just that.
    because = found.chosen.dropped
    shown = {image_id: [box for box in some if box.dropped_because == because] for image_id, some in boxes.items()}
    return Page(pictures, shown, _next(connection, found, pictures, looked))


def _looked_through(
    connection: Connection, found: Search, start: datetime, place: Place | None, backwards: bool = True
) -> list[Span]:
    if found.chosen.day is None and found.chosen.part is None:
        return [album.reach(connection, found.wanted, place, REACH, rising=not backwards)]
    return list(spans(found.chosen, found.zone, start, backwards))


def _next(connection: Connection, found: Search, pictures: list[Picture], looked: list[Span]) -> Place | None:
    if len(pictures) == PAGE:
        return pictures[-1].place
    start = looked[-1].start
    if start is None or found.chosen.day is not None:
        return None
    oldest = album.oldest_at(connection, found.wanted)
    return Place(start, "") if oldest is not None and oldest < start else None


def count(connection: Connection, found: Search, now: datetime) -> int | None:
    """How many pictures there are, up to `COUNT_MAX`; None where that would mean looking far."""
    chosen = found.chosen
    if looks_far(found.wanted) or (chosen.part is not None and chosen.day is None):
        return None
    return album.count_up_to(connection, found.wanted, list(spans(chosen, found.zone, now)), COUNT_MAX)


def neighbours(connection: Connection, found: Search, place: Place) -> tuple[Picture | None, Picture | None]:
    """The next newer and the next older picture, where they are not too far."""
    ahead = _looked_through(connection, found, place.at, place, backwards=False)
    behind = _looked_through(connection, found, place.at, place)
    newer = album.newer(connection, found.wanted, ahead, place, 1)
    older = album.older(connection, found.wanted, behind, place, 1)
    return (newer[0] if newer else None), (older[0] if older else None)
