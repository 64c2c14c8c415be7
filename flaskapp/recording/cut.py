"""`/recordings/<camera>/<day>/cut`: a clip from one time of a day to another, cut because somebody asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from flaskapp.gallery import gallery
from flaskapp.mistakes import Mistakes
from flaskapp.paging import wanted_day
from flaskapp.zone import Zone
from services.core.clock import to_rfc3339
from services.store import access, audit, camera, clip, recording
from services.store.audit import Change
from services.store.camera import Camera
from services.store.clip import LONGEST, Wish

USUAL = timedelta(seconds=60)
"""What the form offers goes on for so long."""
GROWS = timedelta(hours=1)
"""What was recorded in the last hour may be in a segment that still grows, and has no row yet."""
Span = tuple[datetime, datetime]
blueprint = Blueprint("cut", __name__)


@dataclass(frozen=True)
class Typed:
    """From when to when by the clock on the wall, `HH:MM` or `HH:MM:SS`."""

    begin: str
    end: str


@blueprint.get("/recordings/<camera_id>/<on>/cut")
def form(camera_id: str, on: str) -> str:
    """Two times; `?at=` is the one that it begins with."""
    its, day = _find(camera_id), wanted_day(on)
    return _page(its, day, _offered(day, request.args.get("at", ""), gallery().zone), {})


@blueprint.post("/recordings/<camera_id>/<on>/cut", endpoint="ask")
def ask(camera_id: str, on: str) -> Response | tuple[str, int]:
    """Asks for it; its page says when it is ready."""
    home, its, day = gallery(), _find(camera_id), wanted_day(on)
    typed = Typed(request.form.get("begin", ""), request.form.get("end", ""))
    try:
        with home.engine.begin() as connection:
            span = read(typed, day, home.zone, home.now())
            _check_recorded(connection, its.id, span, home.now())
            clip_id = _want(connection, its, span, current_user.id, home.now())
    except Mistakes as wrong:
        return _page(its, day, typed, wrong.by_field), 422
    return redirect(url_for("recording.one", recording_id=clip_id))


def read(typed: Typed, day: date, zone: Zone, now: datetime) -> Span:
    """From when to when, in UTC. Raises `Mistakes`."""
    begin, end = _moment(typed.begin, day, zone), _moment(typed.end, day, zone)
    if begin is None or end is None:
        raise Mistakes({"begin" if begin is None else "end": "A time of that day, please, such as 14:05:30."})
    if begin >= end:
        raise Mistakes({"end": "It must end after it begins."})
    if end - begin > LONGEST:
        raise Mistakes({"end": f"A clip lasts {LONGEST // timedelta(minutes=1)} minutes at most."})
    if end > now:
        raise Mistakes({"end": f"That is still to come: it is {zone.local(now):%H:%M:%S} now."})
    return begin, end


def _moment(text: str, day: date, zone: Zone) -> datetime | None:
    try:
        return datetime.combine(day, time.fromisoformat(text), zone.tz).astimezone(UTC)
    except ValueError:
        return None


def _check_recorded(connection: Connection, camera_id: str, span: Span, now: datetime) -> None:
    growing = span[1] > now - GROWS and access.is_recorded(connection, camera_id)
    if not growing and not recording.segments(connection, camera_id, *span):
        raise Mistakes({"begin": "Nothing was recorded then."})


def _want(connection: Connection, its: Camera, span: Span, user_id: str, now: datetime) -> str:
    made = clip.want(connection, Wish(its.id, "asked", *span, shows_at=span[0]), now) or abort(404)
    told = {"name": f"clip of {its.name}", "from": to_rfc3339(span[0]), "to": to_rfc3339(span[1])}
    audit.write(connection, now, user_id, Change("recording.cut", made, None, told))
    return made


def _offered(day: date, at: str, zone: Zone) -> Typed:
    begin = _moment(at, day, zone) or zone.bounds(day)[0]
    end = min(begin + USUAL, zone.bounds(day)[1] - timedelta(seconds=1))
    return Typed(f"{zone.local(begin):%H:%M:%S}", f"{zone.local(end):%H:%M:%S}")


def _find(camera_id: str) -> Camera:
    with gallery().engine.connect() as connection:
        return camera.find(connection, camera_id) or abort(404)


def _page(its: Camera, day: date, typed: Typed, mistakes: Mapping[str, str]) -> str:
    start = gallery().zone.bounds(day)[0]
    return render_template("recording/cut.html", camera=its, on=day, start=start, typed=typed, mistakes=mistakes)
