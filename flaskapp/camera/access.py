"""`/add-camera` and `/cameras/<id>/address`: how a camera is reached, tried before it is saved."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from flaskapp.camera import access_form, change
from flaskapp.camera.access_form import Typed
from flaskapp.camera.reach_words import ADVICE
from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from services.core.ids import new_id
from services.core.makers import MAKERS, ONVIF, OWN
from services.core.reach_states import REACH_STATES
from services.store import access, access_try, audit, camera, pull
from services.store.access import Access
from services.store.access_try import AccessTry
from services.store.audit import Change
from services.store.camera import Camera
from services.store.pull import Pull

ACTION, NOUN = "access.update", "access"
NOWHERE = "http://onvif/"
"""Stands for an address where none is tried."""
CHOICES = {**{key: one.name for key, one in MAKERS.items()}, ONVIF: "Any by ONVIF", OWN: "Another one"}
Answer = str | tuple[str, int] | AnyResponse
blueprint = Blueprint("access", __name__)


@blueprint.get("/add-camera")
def new() -> str:
    """The form, empty but for what was found in the house."""
    host, name = (request.args.get(key, "")[:255] for key in ("host", "name"))
    return _form(None, Typed(name=name, host=host, maker=ONVIF if host else "foscam"), {}, None)


@blueprint.post("/add-camera", endpoint="add")
def add() -> Answer:
    """Tries the address, or makes the camera known and saves how it is reached; or looks for cameras in the house."""
    return _discover() if request.form.get("step") == "discover" else _take(None)


@blueprint.get("/cameras/<camera_id>/address")
def edit(camera_id: str) -> str:
    """The form as it is saved, without its secrets."""
    with gallery().engine.connect() as connection:
        found = camera.find(connection, camera_id) or abort(404)
        before = access.find(connection, camera_id)
    sent = access_form.shown(found.name, before) if before else Typed(name=found.name)
    return _form(found, sent, {}, before)


@blueprint.post("/cameras/<camera_id>/address", endpoint="save")
def save(camera_id: str) -> Answer:
    """Tries the address, or saves it, and writes who did."""
    with gallery().engine.connect() as connection:
        found = camera.find(connection, camera_id) or abort(404)
    return _take(found)


@blueprint.post("/cameras/<camera_id>/address/remove", endpoint="remove")
def remove(camera_id: str) -> AnyResponse:
    """Forgets how a camera is reached; the camera and its pictures stay."""
    with gallery().engine.begin() as connection:
        before = access.find(connection, camera_id, locked=True) or abort(404)
        access.remove(connection, camera_id)
        _write(connection, camera_id, before, None)
    _ring()
    flash("The address is forgotten. The camera and its pictures stay.")
    return redirect(url_for("camera.edit", camera_id=camera_id))


@blueprint.post("/cameras/<camera_id>/picture", endpoint="pull")
def take_picture(camera_id: str) -> AnyResponse:
    """Has a picture pulled now, and writes who wanted it. The service looks for such wishes by itself."""
    now = gallery().now()
    with gallery().engine.begin() as connection:
        if camera_id not in pull.can_be_pulled(connection):
            abort(404)
        wish = Pull(new_id(), camera_id, current_user.name, now, now + pull.IN_TIME)
        pull.order(connection, [wish], now, current_user.id)
    flash("A picture is on its way.")
    return redirect(url_for("camera.edit", camera_id=camera_id))


@blueprint.get("/cameras/tries/<uuid:try_id>", endpoint="tried")
def tried(try_id: str) -> str:
    """How a try stands, as a part of the page; asked for again until it is known."""
    return render_template("camera/try.html", **_try_words(_own_try(str(try_id)) or abort(404)))


@blueprint.get("/cameras/tries/<uuid:try_id>/picture", endpoint="picture")
def picture(try_id: str) -> Response:
    """The picture that came."""
    found = _own_try(str(try_id))
    if found is None or found.picture is None:
        abort(404)
    return Response(found.picture, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})


def _discover() -> str:
    one = AccessTry(new_id(), current_user.id, NOWHERE, None, None, gallery().now(), discovers=True)
    with gallery().engine.begin() as connection:
        access_try.begin(connection, one)
    gallery().ring_changed(NOUN)
    return _form(None, Typed(), {}, None, one)


def _take(found: Camera | None) -> Answer:
    sent = access_form.typed(request.form)
    now = gallery().now()
    with gallery().engine.begin() as connection:
        before = access.find(connection, found.id, locked=True) if found else None
        tried = access_try.find(connection, sent.try_id, current_user.id) if sent.try_id else None
        sent = _with_secrets(sent, tried)
        try:
            if request.form.get("step") == "try":
                return _begin_try(connection, found, sent, before)
            made = access_form.read(sent, before, found.id if found else "", now, _found_at(sent, tried))
        except Mistakes as mistakes:
            return _form(found, sent, mistakes.by_field, before), 422
        camera_id = found.id if found else _register(connection, sent.name)
        access.change(connection, replace(made, camera_id=camera_id))
        _write(connection, camera_id, before, made)
    _ring()
    flash(f"{sent.name} is saved.")
    return redirect(url_for("camera.edit", camera_id=camera_id))


def _with_secrets(sent: Typed, before: AccessTry | None) -> Typed:
    """A password that was tried need not be typed again: it is nowhere on the page."""
    if before is None or sent.password or (before.account or "") != sent.account:
        return sent
    return replace(sent, password=before.password or "")


def _found_at(sent: Typed, tried: AccessTry | None) -> Mapping[str, str | None] | None:
    """What a camera has named by ONVIF, if it was this one."""
    is_it = tried is not None and tried.by_onvif and sent.maker == ONVIF and tried.url == access_form.place_of(sent)
    return tried.found if tried is not None and is_it else None


def _begin_try(connection: Connection, found: Camera | None, sent: Typed, before: Access | None) -> Answer:
    one = replace(_asked(sent, before), id=new_id(), user_id=current_user.id)
    access_try.begin(connection, one)
    connection.commit()
    gallery().ring_changed(NOUN)
    return _form(found, replace(sent, try_id=one.id), {}, before, one)


def _asked(sent: Typed, before: Access | None) -> AccessTry:
    """What is to be tried, before anybody has asked for it. Raises `Mistakes`."""
    now = gallery().now()
    if sent.maker == ONVIF:
        place = access_form.place_of(sent)
        same = before if before is not None and before.shown == place.removeprefix("http://") else None
        account, password = (same.account, same.password) if same else (None, None)
        return AccessTry("", "", place, sent.account or account, sent.password or password, now, by_onvif=True)
    made = access_form.read(sent, before, "", now)
    if made.snapshot_url is None:
        raise Mistakes({"snapshot_url": "Only an address of pictures can be tried here."})
    return AccessTry("", "", made.snapshot_url, made.account, made.password, now)


def _register(connection: Connection, name: str) -> str:
    """A camera of that name that sends its pictures itself is the same one, from now on also reached by us."""
    return camera.register(connection, name, gallery().now())


def _own_try(try_id: str) -> AccessTry | None:
    with gallery().engine.connect() as connection:
        return access_try.find(connection, try_id, current_user.id)


def _try_words(one: AccessTry) -> dict[str, object]:
    state = one.state or ""
    waited = (gallery().now() - one.asked_at).total_seconds()
    return {"one": one, "words": REACH_STATES.get(state, state), "advice": ADVICE.get(state, ""), "waited": waited}


def _form(
    found: Camera | None, sent: Typed, mistakes: Mapping[str, str], before: Access | None, one: AccessTry | None = None
) -> str:
    return render_template(
        "camera/access.html",
        camera=found,
        values=sent,
        mistakes=mistakes,
        before=before,
        makers=CHOICES,
        own=OWN,
        **(_try_words(one) if one else {"one": None}),
    )


def _write(connection: Connection, camera_id: str, before: Access | None, after: Access | None) -> None:
    told = [None if one is None else one.told() for one in (before, after)]
    audit.write(connection, gallery().now(), current_user.id, Change(ACTION, camera_id, *told))


def _ring() -> None:
    """Flows hear of what can be pulled, and the services of how."""
    gallery().ring_changed(change.NOUN)
    gallery().ring_changed(NOUN)
