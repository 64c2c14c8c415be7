"""`/events`."""

from datetime import timedelta
from itertools import groupby

from flask import Blueprint, abort, render_template, request

from flaskapp.event.grouping import FAMILIES, Group, grouped
from flaskapp.gallery import gallery
from services.store import album, camera, keyset, node, timeline

PAGE = 150
PICTURES_MAX = 30
AROUND = timedelta(seconds=2)
"""A camera and its node do not name the same moment."""
blueprint = Blueprint("event", __name__)


@blueprint.get("/events")
def page() -> str:
    """Days, newest first; with `before`, only what follows that place."""
    home, text = gallery(), request.args.get("before")
    chosen = {name: request.args.get(name) or None for name in ("camera", "kind")}
    try:
        before = keyset.read(text) if text else None
    except ValueError:
        abort(400)
    with home.engine.connect() as connection:
        events = timeline.older(connection, chosen["camera"], FAMILIES.get(chosen["kind"] or "", ()), before, PAGE)
        groups = grouped(events, home.zone)
        motions = [group for group in groups if group.family == "motion" and group.newest.camera_id][:PICTURES_MAX]
        found = album.first_since(
            connection, [(one.newest.camera_id, one.start - AROUND, one.end + AROUND) for one in motions]
        )
        cameras = camera.all_cameras(connection)
        names = {one.id: one.name for one in node.all_nodes(connection)} | {one.id: one.name for one in cameras}
    return render_template(
        "event/more.html" if before else "event/page.html",
        days=_by_day(groups),
        pictures={motions[number]: picture for number, picture in found.items()},
        names=names,
        cameras=cameras,
        chosen=chosen,
        continued=request.args.get("day"),
        next=keyset.Place(events[-1].happened_at, events[-1].id) if len(events) == PAGE else None,
    )


def _by_day(groups: list[Group]) -> list[tuple[str, list[Group]]]:
    zone = gallery().zone
    return [(day.isoformat(), list(some)) for day, some in groupby(groups, lambda group: zone.day_of(group.end))]
