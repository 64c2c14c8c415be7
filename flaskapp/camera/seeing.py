"""`/cameras/<id>/seeing`: what counts in a camera's pictures; its zones and masks, drawn on the newest one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp.camera import change as changes
from flaskapp.camera import labels, seeing_form, seeing_shape
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.core.ids import new_id
from services.store import album, audit, camera, zone
from services.store.camera import Camera
from services.store.zone import Zone

CHANGES_SHOWN = 5
COUNTED_MAX = 1000
NAME_TAKEN = "This camera has one of that name already."
Answer = Response | tuple[str, int]
blueprint = Blueprint("seeing", __name__)


@dataclass(frozen=True)
class Sent:
    """What a person sent that could not be saved, to be shown again with what is wrong, by field."""

    values: seeing_form.Typed | None = None
    shape: seeing_shape.Typed | None = None
    mistakes: Mapping[str, str] = field(default_factory=dict)


@blueprint.get("/cameras/<camera_id>/seeing")
def page(camera_id: str) -> str:
    """The rules of one camera, and the picture to draw on."""
    return _page(camera_id, Sent())


@blueprint.post("/cameras/<camera_id>/seeing", endpoint="save")
def save(camera_id: str) -> Answer:
    """Changes the rules; what is drawn has forms of its own."""
    given = seeing_form.typed(request.form)
    with gallery().engine.begin() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        try:
            wanted = seeing_form.read(given)
        except Mistakes as mistakes:
            return _page(camera_id, Sent(values=given, mistakes=mistakes.by_field)), 422
        changed = changes.change(connection, current_user, changes.SEEING, found, wanted)
    if not changed:
        return _done(camera_id, "Nothing was different, so nothing was changed.", rung=False)
    return _done(camera_id, "Saved. It counts from the next picture on.")


@blueprint.post("/cameras/<camera_id>/zones", endpoint="add")
def add(camera_id: str) -> Answer:
    """Makes a zone or mask."""
    given = seeing_shape.typed(request.form)
    try:
        made = seeing_shape.read(given, new_id())
        with gallery().engine.begin() as connection:
            _known(connection, camera_id)
            changes.add_zone(connection, current_user, camera_id, made)
    except (Mistakes, IntegrityError) as problem:
        return _refused(camera_id, given, problem)
    return _done(camera_id, f"{made.name} is saved. It counts from the next picture on.")


@blueprint.post("/cameras/<camera_id>/zones/<uuid:zone_id>", endpoint="change")
def change(camera_id: str, zone_id: UUID) -> Answer:
    """Gives a zone or mask another shape, name or kind."""
    given = seeing_shape.typed(request.form, str(zone_id))
    try:
        made = seeing_shape.read(given, str(zone_id))
        with gallery().engine.begin() as connection:
            before = zone.find(connection, camera_id, str(zone_id)) or abort(404)
            changes.change_zone(connection, current_user, camera_id, before, made)
    except (Mistakes, IntegrityError) as problem:
        return _refused(camera_id, given, problem)
    return _done(camera_id, f"{made.name} is saved. It counts from the next picture on.")


@blueprint.post("/cameras/<camera_id>/zones/<uuid:zone_id>/delete", endpoint="remove")
def remove(camera_id: str, zone_id: UUID) -> Answer:
    """Deletes a zone or mask. The page lets ten seconds pass before it asks for this."""
    with gallery().engine.begin() as connection:
        before = zone.find(connection, camera_id, str(zone_id)) or abort(404)
        changes.remove_zone(connection, current_user, camera_id, before)
    return _done(camera_id, f"{before.name} is deleted.")


def _page(camera_id: str, sent: Sent) -> str:
    with gallery().engine.connect() as connection:
        found = _known(connection, camera_id)
        newest = album.newest_of_each_camera(connection).get(camera_id)
        drawn = zone.of_camera(connection, camera_id)
        seen = album.labels(connection)
        return render_template(
            "camera/seeing.html",
            camera=found,
            newest=newest,
            boxes=album.boxes(connection, [newest.id])[newest.id] if newest else [],
            values=sent.values or seeing_form.of_camera(found),
            mistakes=sent.mistakes,
            drawn=drawn,
            shapes=_shapes(drawn, sent.shape),
            new=sent.shape if sent.shape and not sent.shape.id else seeing_shape.NEW,
            wrong=sent.shape,
            counts=zone.pictures_up_to(connection, [one.id for one in drawn], COUNTED_MAX),
            counted_max=COUNTED_MAX,
            groups=labels.groups([*seen, *found.departure_labels]),
            scored=_scored(found, seen),
            common=labels.COMMON,
            maskable=_maskable(found, seen, drawn),
            changes=audit.of(connection, changes.SEEING, camera_id, CHANGES_SHOWN),
        )


def _shapes(drawn: Sequence[Zone], wrong: seeing_shape.Typed | None) -> list[seeing_shape.Typed]:
    """The forms of what is drawn; the one with a mistake as it was typed."""
    return [wrong if wrong and wrong.id == one.id else seeing_shape.of_zone(one) for one in drawn]


def _maskable(found: Camera, seen: Sequence[str], drawn: Sequence[Zone]) -> list[str]:
    """What a mask may leave out: what the camera looks for, or else what is common or was seen."""
    usual = [label for group in labels.COMMON for label in labels.GROUPS[group]]
    wanted = usual + list(seen) if found.labels is None else found.labels
    return list(dict.fromkeys([*wanted, *(label for one in drawn for label in one.labels or ())]))


def _scored(found: Camera, seen: Sequence[str]) -> dict[str, list[str]]:
    """The labels by group, before them those that this camera has to do with; each once."""
    wanted = found.labels if found.labels is not None else [*found.alert_labels, *seen]
    own = list(dict.fromkeys([*found.label_scores, *wanted]))
    rest = {title: [one for one in group if one not in own] for title, group in labels.groups(own).items()}
    return {"Of this camera": own, **rest} if own else rest


def _known(connection: Connection, camera_id: str) -> Camera:
    return camera.find(connection, camera_id) or abort(404)


def _refused(camera_id: str, given: seeing_shape.Typed, problem: Mistakes | IntegrityError) -> Answer:
    mistakes = problem.by_field if isinstance(problem, Mistakes) else {"name": NAME_TAKEN}
    return _page(camera_id, Sent(shape=given, mistakes=mistakes)), 422


def _done(camera_id: str, words: str, rung: bool = True) -> Response:
    if rung:
        gallery().ring_changed(changes.NOUN)
    flash(words)
    return redirect(url_for("camera.seeing.page", camera_id=camera_id))
