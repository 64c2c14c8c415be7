"""`/rulings`."""

from flask import Blueprint, render_template, request

from flaskapp.gallery import gallery
from flaskapp.paging import wanted_place
from services.store import camera, command, device, keyset, ruling
from services.store.ruling import Chosen, Ruling

PAGE = 40
OUTCOMES = {"acted": "Acted", "held": "Held", "not_acted": "Did nothing"}
blueprint = Blueprint("ruling", __name__)


@blueprint.get("/rulings")
def page() -> str:
    """One row a trigger, newest first; with `before`, only what follows that place."""
    before = wanted_place()
    chosen = {name: request.args.get(name) or None for name in ("outcome", "device", "camera")}
    with gallery().engine.connect() as connection:
        wanted = Chosen(chosen["outcome"], chosen["device"], chosen["camera"])
        rulings = ruling.older(connection, wanted, before, PAGE)
        context = {
            "commands": command.of_triggers(connection, [(one.source, one.trigger_id) for one in rulings]),
            "cameras": {one.id: one.name for one in camera.all_cameras(connection)},
            "devices": {one.id: one for one in device.all_devices(connection)},
        }
    return render_template(
        "ruling/more.html" if before else "ruling/page.html",
        rulings=rulings,
        chosen=chosen,
        outcomes=OUTCOMES,
        next=_after(rulings[-1]) if len(rulings) == PAGE else None,
        **context,
    )


def _after(last: Ruling) -> keyset.Place:
    return keyset.Place(last.decided_at, last.trigger_id)
