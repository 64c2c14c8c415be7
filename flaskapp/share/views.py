"""`/recording/<id>/share`, `/picture/<id>/share`, and `/shared/<token>` for whoever has the link."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from flaskapp.gallery import gallery
from flaskapp.guard import limiter
from flaskapp.picture.thumbs import Broken
from flaskapp.recording import films
from flaskapp.share import link
from flaskapp.text import reachable
from services.core.clock import to_rfc3339
from services.core.ids import new_id
from services.store import album, audit, camera, recording, share
from services.store.album import File
from services.store.audit import Change
from services.store.clip import Clip
from services.store.segment import Segment
from services.store.share import Share, Shown, Thing

WRONG = "60 per 5 minutes;600 per day"
"""Links that show nothing, by address."""
SPANS = {
    "hour": ("1 hour", timedelta(hours=1)),
    "day": ("1 day", timedelta(days=1)),
    "week": ("7 days", timedelta(days=7)),
}
MOST = 20
"""Links to one thing at a time."""
blueprint = Blueprint("share", __name__)


@dataclass(frozen=True)
class Subject:
    """What is shared, and where its own page is."""

    kind: Thing
    id: str
    camera_id: str
    page: str


@dataclass(frozen=True)
class Found:
    """What a link shows: a segment or clip, or a picture's file; with the camera's name."""

    share: Share
    film: Segment | Clip | None
    picture: File | None
    camera_name: str


@blueprint.get("/recording/<uuid:recording_id>/share")
def of_recording(recording_id: UUID) -> str:
    """The links that show it now, and the form for a new one."""
    return _page(_recording(recording_id))


@blueprint.post("/recording/<uuid:recording_id>/share", endpoint="make_of_recording")
def make_of_recording(recording_id: UUID) -> AnyResponse:
    """Makes a link."""
    _make(_recording(recording_id))
    return redirect(url_for(".of_recording", recording_id=recording_id))


@blueprint.get("/picture/<uuid:image_id>/share")
def of_picture(image_id: UUID) -> str:
    """The links that show it now, and the form for a new one."""
    return _page(_picture(image_id))


@blueprint.post("/picture/<uuid:image_id>/share", endpoint="make_of_picture")
def make_of_picture(image_id: UUID) -> AnyResponse:
    """Makes a link."""
    _make(_picture(image_id))
    return redirect(url_for(".of_picture", image_id=image_id))


def _recording(recording_id: UUID) -> Subject:
    with gallery().engine.connect() as connection:
        found = recording.find(connection, str(recording_id))
    if found is None or found.path is None:
        abort(404)
    return Subject(found.kind, found.id, found.camera_id, url_for("recording.one", recording_id=found.id))


def _picture(image_id: UUID) -> Subject:
    with gallery().engine.connect() as connection:
        found = album.find(connection, str(image_id)) or abort(404)
    return Subject("image", found.id, found.camera_id, url_for("picture.viewer", image_id=found.id))


def _page(subject: Subject) -> str:
    home = gallery()
    with home.engine.connect() as connection:
        shown = share.of_thing(connection, subject.id, home.now())
    return render_template("share/page.html", subject=subject, shares=shown, spans=SPANS, address=address)


def address(one: Shown) -> str:
    """The link, as people reach the gallery."""
    token = link.token(gallery().settings.secret("gallery_secret_key"), one.share.id)
    ours = gallery().settings.gallery_url
    # What was never set says `127.0.0.1`, which leads nobody here who is elsewhere, as the owner now is.
    base = reachable(ours, request.host) or request.host_url
    return base.rstrip("/") + url_for(".page", token=token)


def _make(subject: Subject) -> None:
    home = gallery()
    words, lasts = SPANS.get(request.form.get("span", "")) or abort(400)
    made = Share(new_id(), subject.kind, subject.id, current_user.id, home.now(), home.now() + lasts)
    with home.engine.begin() as connection:
        if len(share.of_thing(connection, subject.id, home.now())) >= MOST:
            flash(f"There are {MOST} links to it already. End one first.")
            return
        share.add(connection, made)
        audit.write(connection, home.now(), current_user.id, Change("share.create", made.id, None, _told(made)))
    flash(f"Whoever has the link sees it for {words}.")


def _told(one: Share) -> dict[str, str]:
    """What the audit says of a link; never the link itself."""
    return {"kind": one.kind, "of": one.thing_id, "expires": to_rfc3339(one.expires_at)}


@blueprint.post("/share/<uuid:share_id>/end")
def end(share_id: UUID) -> AnyResponse:
    """Ends a link for good."""
    home = gallery()
    with home.engine.begin() as connection:
        found = share.find(connection, str(share_id)) or abort(404)
        if share.end(connection, found.id):
            audit.write(connection, home.now(), current_user.id, Change("share.end", found.id, _told(found), None))
    flash("The link shows nothing any more.")
    if found.kind == "image":
        return redirect(url_for(".of_picture", image_id=found.thing_id))
    return redirect(url_for(".of_recording", recording_id=found.thing_id))


def shows_nothing(answer: Response) -> bool:
    """Whether the link was none, or is spent."""
    return answer.status_code == 410


seldom_wrong = limiter.limit(WRONG, deduct_when=shows_nothing)


@blueprint.get("/shared/<token>")
@seldom_wrong
def page(token: str) -> str | tuple[str, int]:
    """Just that clip, segment or picture, to whoever has the link."""
    home = gallery()
    with home.engine.begin() as connection:
        found = _find(connection, token)
        if found is not None:
            share.looked_at(connection, found.share.id, home.now())
    if found is None:
        return render_template("share/spent.html"), 410
    return render_template("share/shown.html", found=found, token=token, moment=_moment(found))


@blueprint.get("/shared/<token>/file")
@seldom_wrong
def file(token: str) -> Response:
    """Its bytes."""
    found = _shown(token)
    return films.whole(found.film) if found.film else _sent(found.picture)


@blueprint.get("/shared/<token>/preview")
@seldom_wrong
def preview(token: str) -> Response:
    """Its small copy; of a picture itself."""
    found = _shown(token)
    return films.preview(found.film) if found.film else _sent(found.picture)


@blueprint.get("/shared/<token>/thumbnail")
@seldom_wrong
def thumbnail(token: str) -> Response:
    """Its small picture; of a picture itself."""
    found = _shown(token)
    return films.thumbnail(found.film) if found.film else _sent(found.picture)


def _shown(token: str) -> Found:
    with gallery().engine.connect() as connection:
        return _find(connection, token) or abort(410)


def _find(connection: Connection, token: str) -> Found | None:
    """What a link shows now; None for one that is none, expired, was ended, or whose thing is gone."""
    home = gallery()
    share_id = link.share_of(home.settings.secret("gallery_secret_key"), token)
    one = share.find(connection, share_id) if share_id else None
    if one is None or one.expires_at <= home.now():
        return None
    film = recording.find(connection, one.thing_id) if one.kind != "image" else None
    picture = album.find(connection, one.thing_id) if one.kind == "image" else None
    if (film is None or film.path is None) and picture is None:
        return None
    its = camera.find(connection, film.camera_id if film else picture.camera_id)  # type: ignore[union-attr]
    taken = album.file_of(connection, one.thing_id) if picture else None
    return Found(one, film, taken, its.name if its else "")


def _moment(found: Found) -> object:
    if found.picture is not None:
        return found.picture.captured_at
    return found.film.began_at if found.film else None


def _sent(picture: File | None) -> Response:
    try:
        path = gallery().thumbs.original(picture or abort(410))
    except Broken:
        abort(410)
    name = path.name if "download" in request.args else None
    answer = send_file(path, "image/jpeg", as_attachment=name is not None, download_name=name, conditional=True)
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer
