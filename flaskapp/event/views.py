"""`/events`."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from flaskapp.event.grouping import FAMILIES, TRIGGERS, Arrival, Group, grouped
from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from services.store import album, camera, device, node, sighting_log, timeline
from services.store.keyset import Place
from services.store.sighting_log import Chosen, Shot

PAGE = 150
PICTURES_MAX = 30
PICTURES_A_LINE = 4
AROUND = timedelta(seconds=2)
"""A camera and its node do not name the same moment."""
blueprint = Blueprint("event", __name__)


@dataclass(frozen=True)
class Pictures:
    """What is shown beside the lines: of motion its first picture, of sightings their best ones."""

    first: dict[Group, album.Picture]
    best: dict[str, Shot]


@blueprint.get("/events")
def page() -> str:
    """Days, newest first; with `before`, only what follows that place."""
    home, before = gallery(), wanted_place()
    chosen = {name: request.args.get(name) or None for name in ("camera", "kind")}
    with home.engine.connect() as connection:
        happened = _happened(connection, chosen["camera"], chosen["kind"], before)
        groups = grouped(happened, home.zone)
        pictures = _pictures(connection, groups)
        cameras = camera.all_cameras(connection)
        names = {one.id: one.name for one in node.all_nodes(connection)} | {one.id: one.name for one in cameras}
        devices = {one.id: one.shown_name for one in device.all_devices(connection)}
    return render_template(
        "event/more.html" if before else "event/page.html",
        days=_by_day(groups),
        pictures=pictures,
        pictures_a_line=PICTURES_A_LINE,
        names=names,
        devices=devices,
        cameras=cameras,
        triggers=TRIGGERS,
        chosen=chosen,
        continued=request.args.get("day"),
        next=Place(happened[-1].happened_at, happened[-1].id) if len(happened) == PAGE else None,
    )


def _happened(connection: Connection, camera_id: str | None, kind: str | None, before: Place | None) -> list[Any]:
    """Events and arrivals as one list, newest first."""
    kinds = FAMILIES.get(kind or "", ())
    found: list[Any] = []
    if kinds != FAMILIES["sighting"]:
        found += timeline.older(connection, camera_id, kinds, before, PAGE)
    if not kinds or kinds == FAMILIES["sighting"]:
        came = sighting_log.older(connection, Chosen(camera_id), before, PAGE)
        found += [Arrival(row.id, row.camera_id, row.label, row.arrived_at, row) for row in came]
    return sorted(found, key=lambda one: (one.happened_at, one.id), reverse=True)[:PAGE]


def _pictures(connection: Connection, groups: list[Group]) -> Pictures:
    motions = [group for group in groups if group.family == "motion" and group.newest.camera_id][:PICTURES_MAX]
    first = album.first_since(
        connection, [(one.newest.camera_id, one.start - AROUND, one.end + AROUND) for one in motions]
    )
    shown = [came.row for group in groups if group.family == "sighting" for came in group.events[:PICTURES_A_LINE]]
    return Pictures(
        first={motions[number]: picture for number, picture in first.items()},
        best=sighting_log.best_shots(connection, shown),
    )


def _by_day(groups: list[Group]) -> list[tuple[str, list[Group]]]:
    zone = gallery().zone
    return [(day.isoformat(), list(some)) for day, some in groupby(groups, lambda group: zone.day_of(group.end))]
