"""`/picture/<id>/detections/<n>/hide`: one rule that hides things like a detection, with what it would have hidden."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from flaskapp.camera import change
from flaskapp.correction import proposal
from flaskapp.correction.proposal import Rule
from flaskapp.gallery import gallery
from flaskapp.picture import filters
from services.core.ids import new_id
from services.store import album, camera, correction, seeing
from services.store.correction import Past
from services.store.reasons import against
from services.store.seeing import Seeing

LOOKED_BACK = timedelta(days=30)
READ_MAX = 20_000
CHANGED = "The camera's rules have changed since. Please look once more."
blueprint = Blueprint("hiding", __name__)


@dataclass(frozen=True)
class Case:
    """A detection in its picture, and its camera's rules."""

    picture: Row[Any]
    chosen: Past
    seeing: Seeing
    taken: list[str]

    def rules(self) -> list[Rule]:
        """The rules that would hide it."""
        return proposal.rules(self.chosen, self.seeing, self.taken)


@blueprint.get("/picture/<uuid:image_id>/detections/<int:ordinal>/hide")
def page(image_id: UUID, ordinal: int) -> str:
    """The rules, the best one chosen, each with what it would have hidden in the last 30 days."""
    with gallery().engine.connect() as connection:
        case = _case(connection, image_id, ordinal)
        since = gallery().now() - LOOKED_BACK
        past = correction.past(connection, case.picture.camera_id, since, READ_MAX)
    weighed = proposal.weighed(case.chosen, case.seeing, case.taken, past)
    return render_template(
        "correction/hide.html",
        picture=case.picture,
        chosen=case.chosen,
        hidden_by=against(case.chosen, case.seeing),
        weighed=weighed,
        marks={one.rule.kind: _mark(one.rule) for one in weighed},
        since=past[-1].captured_at if len(past) == READ_MAX else None,
        within=filters.read(request.args).query(),
    )


@blueprint.post("/picture/<uuid:image_id>/detections/<int:ordinal>/hide")
def accept(image_id: UUID, ordinal: int) -> Response:
    """Adds the rule that was chosen, if it still is the one that was shown."""
    home, kind = gallery(), request.form.get("kind", "")
    with home.engine.begin() as connection:
        case = _case(connection, image_id, ordinal, hold=True)
        shown = request.form.get(f"mark-{kind}", "")
        rule = next((one for one in case.rules() if one.kind == kind and _mark(one) == shown), None)
        if rule:
            _write(connection, case, rule)
    within: dict[str, Any] = {**filters.read(request.args).query()}
    if rule is None:
        flash(CHANGED)
        return redirect(url_for(".page", image_id=image_id, ordinal=ordinal, **within))
    home.ring_changed("cameras")
    flash(f"Saved. From the next picture of {case.picture.camera_name} on, things like this are left out.")
    return redirect(url_for("picture.viewer", image_id=image_id, **within))


def _case(connection: Connection, image_id: UUID, ordinal: int, hold: bool = False) -> Case:
    picture = album.find(connection, str(image_id)) or abort(404)
    chosen = correction.past_one(connection, str(image_id), ordinal) or abort(404)
    rules = seeing.of_camera(connection, picture.camera_id, hold) or abort(404)
    return Case(picture, chosen, rules, [one.name for one in (*rules.masks, *rules.zones)])


def _write(connection: Connection, case: Case, rule: Rule) -> None:
    """The rule, as the camera's page of what it sees writes it."""
    camera_id = case.picture.camera_id
    if rule.mask:
        change.add_zone(connection, current_user, camera_id, replace(rule.mask, id=new_id()))
    else:
        found = camera.find(connection, camera_id) or abort(404)
        change.change(connection, current_user, change.SEEING, found, rule.fields)


def _mark(rule: Rule) -> str:
    """Tells a rule from any other, so that none is accepted that was not shown."""
    points: Sequence[Any] = rule.mask.points if rule.mask else ()
    return json.dumps([rule.kind, rule.fields, points], sort_keys=True)
