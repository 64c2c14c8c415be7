"""Below `/picture/<id>`: putting right what a detector said, and undoing that for a while."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from flaskapp.camera.labels import ALL
from flaskapp.correction import hiding
from flaskapp.gallery import gallery
from flaskapp.picture import filters
from services.store import album, correction
from services.store.correction import By

TOO_LATE = "That cannot be undone any more. You can put it right again."
NOT_THERE = "Somebody has put that right already."
blueprint = Blueprint("correction", __name__)
blueprint.register_blueprint(hiding.blueprint)


@blueprint.post("/picture/<uuid:image_id>/detections/<int:ordinal>/label")
def relabel(image_id: UUID, ordinal: int) -> Response:
    """Gives a box another of the labels that there are."""
    label = request.form.get("label", "")
    with gallery().engine.begin() as connection:
        if label not in ALL.union(album.labels(connection)):
            abort(400)
        done = correction.relabel(connection, str(image_id), ordinal, label, _by())
    return _back(image_id, done)


@blueprint.post("/picture/<uuid:image_id>/detections/<int:ordinal>/remove")
def remove(image_id: UUID, ordinal: int) -> Response:
    """Says that there is nothing in a box."""
    with gallery().engine.begin() as connection:
        done = correction.remove(connection, str(image_id), ordinal, _by())
    return _back(image_id, done)


@blueprint.post("/picture/<uuid:image_id>/empty")
def empty(image_id: UUID) -> Response:
    """Says that there is nothing in the picture."""
    with gallery().engine.begin() as connection:
        done = correction.empty(connection, str(image_id), _by())
    return _back(image_id, done > 0)


@blueprint.post("/picture/<uuid:image_id>/corrections/<uuid:correction_id>/undo")
def undo(image_id: UUID, correction_id: UUID) -> Response:
    """Takes the newest change of a picture back, shortly after it was made."""
    with gallery().engine.begin() as connection:
        done = correction.undo(connection, str(image_id), str(correction_id), _by())
    return _back(image_id, done, TOO_LATE)


def _by() -> By:
    return By(current_user.id, gallery().now())


def _back(image_id: UUID, done: bool, otherwise: str = NOT_THERE) -> Response:
    """To the picture, among those that it was looked at with."""
    if not done:
        flash(otherwise)
    within: dict[str, Any] = {**filters.read(request.args).query()}
    return redirect(url_for("picture.viewer", image_id=image_id, **within))
