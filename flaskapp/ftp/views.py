"""`/ftp`, for owners: who may send by FTP, and what is to be typed into a camera."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from flaskapp import guard
from flaskapp.ftp import change
from flaskapp.gallery import gallery
from services.store import camera, ftp_user
from services.store.ftp_user import FtpUser

NAME_LENGTH = 120
SHARED, NEW = "shared", "new"
NAMELESS = "What is the camera called? A name such as Front door, please."
TOO_LONG = f"At most {NAME_LENGTH} characters, please."
HAS_ONE = "That camera has a user already: give it a new password, or choose another camera."
Answer = str | tuple[str, int]
blueprint = Blueprint("ftp", __name__)


@blueprint.get("/ftp")
def page() -> str:
    """All users, when each was there, and how to set up a camera."""
    return _page(chosen=request.args.get("camera", ""))


@blueprint.post("/ftp", endpoint="add")
@guard.limiter.limit("60 per 5 minutes")
def add() -> Answer:
    """Makes a user; its password is shown this once."""
    home, wanted, name = gallery(), request.form.get("for", ""), " ".join(request.form.get("name", "").split())
    if wanted == NEW and not 1 <= len(name) <= NAME_LENGTH:
        return _page(problem=TOO_LONG if name else NAMELESS, chosen=wanted), 422
    try:
        with home.engine.begin() as connection:
            camera_id = None if wanted == SHARED else _camera(connection, wanted, name)
            made, password = change.add(connection, current_user, camera_id)
    except IntegrityError:
        return _page(problem=HAS_ONE, chosen=wanted), 422
    home.ring_changed(change.NOUN)
    home.ring_changed("cameras")
    return _page(made=made.name, password=password)


@blueprint.post("/ftp/<name>/password", endpoint="password")
@guard.limiter.limit("60 per 5 minutes")
def new_password(name: str) -> str:
    """Another password, shown this once."""
    home = gallery()
    with home.engine.begin() as connection:
        password = change.give_password(connection, current_user, _known(connection, name))
    home.ring_changed(change.NOUN)
    return _page(made=name, password=password)


@blueprint.post("/ftp/<name>/switch", endpoint="switch")
def switch(name: str) -> Response:
    """Lets it send, or no more."""
    enabled = request.form.get("enabled") == "yes"
    with gallery().engine.begin() as connection:
        change.switch(connection, current_user, _known(connection, name), enabled)
    return _done(f"{name} may send again." if enabled else f"{name} may not send any more.")


@blueprint.post("/ftp/<name>/remove", endpoint="remove")
def remove(name: str) -> Response:
    """Deletes a user; what it sent stays."""
    with gallery().engine.begin() as connection:
        change.remove(connection, current_user, _known(connection, name))
    return _done(f"{name} is deleted. What it sent stays.")


def _camera(connection: Connection, wanted: str, name: str) -> str:
    if wanted == NEW:
        return change.new_camera(connection, name)
    found = camera.find(connection, wanted) or abort(404)
    return found.id


def _known(connection: Connection, name: str) -> FtpUser:
    return ftp_user.find(connection, name) or abort(404)


def _done(words: str) -> Response:
    gallery().ring_changed(change.NOUN)
    flash(words)
    return redirect(url_for("ftp.page"))


def host() -> str:
    """The name by which the gallery was reached, in brackets when it is a number of IPv6."""
    host, _, port = request.host.rpartition(":")
    return host if host and port.isdigit() else request.host


def _page(made: str | None = None, password: str | None = None, problem: str | None = None, chosen: str = "") -> str:
    home = gallery()
    with home.engine.connect() as connection:
        users, cameras = ftp_user.everyone(connection), camera.all_cameras(connection)
    taken = {one.camera_id for one in users}
    return render_template(
        "ftp/page.html",
        users=users,
        names={one.id: one.name for one in cameras},
        free=[one for one in cameras if one.id not in taken],
        shared={one.name for one in users if one.camera_id is None},
        made=made,
        password=password,
        problem=problem,
        chosen=chosen,
        address=str(home.settings.ftp_masquerade or host()),
        port=home.settings.ftp_port,
        passive=home.settings.ftp_passive,
        tls=home.settings.ftp_tls,
        locked_out=int(home.board.figure("ftp", "locked_out")),
    )
