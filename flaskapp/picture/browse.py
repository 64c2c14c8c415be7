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
COUNT_MAX = 1000
REACH = 3000
"""How many pictures one page looks through for two wishes that seldom meet, before it hands on to the next page."""


@dataclass(frozen=True)
class Page:
    """Pictures, newest first, with what is shown of each, and where the next page begins (None: this is the end).

    `more_plates` says that the search for a plate means others, too, than those that were looked for.
    """

    pictures: list[Picture]
    boxes: dict[str, list[Box]]
    next: Place | None
    more_plates: bool = False


def page(connection: Connection, chosen: Filter, zone: Zone, now: datetime, before: Place | None) -> Page:
    """The page after `before`, or the first."""
    wanted = resolved(connection, chosen)
    looked = _looked_through(connection, wanted, chosen, zone, before.at if before else now, before)
    pictures = album.older(connection, wanted, looked, before, PAGE)
    boxes = album.boxes(connection, [picture.id for picture in pictures])
    # Who asks for what was dropped wants to see just that.
    shown = {
        image_id: [box for box in found if box.dropped_because == chosen.dropped] for image_id, found in boxes.items()
    }
    more = wanted.plates is not None and wanted.plates.more
    return Page(pictures, shown, _next(connection, wanted, chosen, pictures, looked), more)


def resolved(connection: Connection, chosen: Filter) -> Wanted:
    """What was chosen, times aside, as the database knows it."""
    return Wanted(
        camera_id=chosen.camera,
        label=chosen.label,
        zone_id=chosen.zone,
        plates=plate_search.meant(connection, chosen.plate) if chosen.plate else None,
        sighting_id=chosen.sighting,
        dropped=Dropped(chosen.dropped, _cameras(connection, chosen)) if chosen.dropped else None,
    )


def _cameras(connection: Connection, chosen: Filter) -> tuple[str, ...]:
    return (chosen.camera,) if chosen.camera else tuple(one.id for one in camera.all_cameras(connection))


def _looked_through(
    connection: Connection, wanted: Wanted, chosen: Filter, zone: Zone, start: datetime, before: Place | None
) -> list[Span]:
    if chosen.day is None and chosen.part is None:
        return [album.reach(connection, wanted, before, REACH)]
    return list(spans(chosen, zone, start))


def _next(
    connection: Connection, wanted: Wanted, chosen: Filter, pictures: list[Picture], looked: list[Span]
) -> Place | None:
    if len(pictures) == PAGE:
        return pictures[-1].place
    start = looked[-1].start
    if start is None or chosen.day is not None:
        return None
    oldest = album.oldest_at(connection, wanted)
    return Place(start, "") if oldest is not None and oldest < start else None


def count(connection: Connection, chosen: Filter, zone: Zone, now: datetime) -> int | None:
    """How many pictures there are, up to `COUNT_MAX`; None where that would mean looking far."""
    wanted = resolved(connection, chosen)
    if looks_far(wanted) or (chosen.part is not None and chosen.day is None):
        return None
    return album.count_up_to(connection, wanted, list(spans(chosen, zone, now)), COUNT_MAX)


def neighbours(
    connection: Connection, chosen: Filter, zone: Zone, place: Place
) -> tuple[Picture | None, Picture | None]:
    """The next newer and the next older picture, where they are not too far."""
    wanted = resolved(connection, chosen)
    backwards = _looked_through(connection, wanted, chosen, zone, place.at, place)
    forwards = spans(chosen, zone, place.at, backwards=False)
    if looks_far(wanted) and chosen.day is None and chosen.part is None:
        forwards = iter([album.reach(connection, wanted, place, REACH, rising=True)])
    newer = album.newer(connection, wanted, forwards, place, 1)
    older = album.older(connection, wanted, backwards, place, 1)
    return (newer[0] if newer else None), (older[0] if older else None)
