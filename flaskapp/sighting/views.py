"""`/sightings` and `/sightings/<id>`."""

from itertools import groupby
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from flaskapp.sighting.closeness import closeness
from flaskapp.sighting.story import stay, title
from services.store import camera, sighting_log
from services.store.keyset import Place
from services.store.sighting_log import Chosen

PAGE = 48
STRIP = 24
blueprint = Blueprint("sighting", __name__)


@blueprint.app_template_filter("stay")
def _stay(one: object) -> str:
    return stay(one, gallery().now())


blueprint.add_app_template_filter(title, "title_of")
blueprint.add_app_template_filter(closeness, "closeness")


@blueprint.get("/sightings")
def page() -> str:
    """Days, newest first; with `before`, only what follows that place."""
    home, before, chosen = gallery(), wanted_place(), _chosen()
    with home.engine.connect() as connection:
        found = sighting_log.older(connection, chosen, before, PAGE)
        shots = sighting_log.best_shots(connection, found)
        names = {one.id: one.name for one in camera.all_cameras(connection)}
        labels = sighting_log.labels(connection)
    days = groupby(found, lambda one: home.zone.day_of(one.arrived_at))
    return render_template(
        "sighting/more.html" if before else "sighting/page.html",
        days=[(day.isoformat(), list(some)) for day, some in days],
        shots=shots,
        names=names,
        labels=labels,
        chosen={"camera": chosen.camera_id, "label": chosen.label, "there": "1" if chosen.there else None},
        continued=request.args.get("day"),
        next=Place(found[-1].arrived_at, found[-1].id) if len(found) == PAGE else None,
    )


def _chosen() -> Chosen:
    return Chosen(
        request.args.get("camera") or None, request.args.get("label") or None, bool(request.args.get("there"))
    )


@blueprint.get("/sightings/<uuid:sighting_id>")
def one(sighting_id: UUID) -> str:
    """One sighting: its pictures, its times, its plate, and who was told of it."""
    with gallery().engine.connect() as connection:
        row = sighting_log.find(connection, str(sighting_id)) or abort(404)
        return render_template(
            "sighting/one.html",
            one=row,
            best=sighting_log.best_shots(connection, [row]).get(row.id),
            strip=sighting_log.strip(connection, row, STRIP),
            readings=sighting_log.readings(connection, row.id),
            decisions=sighting_log.alerts(connection, row.id),
        )
