from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from flaskapp.mistakes import Mistakes
from flaskapp.recording.cut import Typed, read
from flaskapp.zone import Zone
from services.store import recording
from services.store.clip import Clip
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.films import a_segment
from tests.flaskapp.house import NOON, House
from tests.store.recordings import recorded_camera

PAGE = "/recordings/front-door/2026-11-20/cut"
VIENNA = Zone(ZoneInfo("Europe/Vienna"))
DAY = date(2026, 11, 20)


def ask(cast: Cast, begin: str, end: str) -> Any:
    return cast.owner.post(PAGE, data={"csrf_token": token(cast.owner), "begin": begin, "end": end})


def clips(engine: Engine) -> list[Clip]:
    with engine.connect() as connection:
        return recording.clips(connection, "front-door", NOON - timedelta(days=1), NOON + timedelta(days=1))


def wall(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def test_the_form_begins_with_what_is_looked_at(cast: Cast, house: House) -> None:
    house.camera()
    page = cast.owner.get(f"{PAGE}?at=14:05:30").text
    assert 'value="14:05:30"' in page
    assert 'value="14:06:30"' in page
    assert 'value="00:00:00"' in cast.owner.get(f"{PAGE}?at=noon").text


def test_an_owner_gets_a_clip_of_just_those_times(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    begin = NOON - timedelta(hours=2)
    a_segment(house, begin)
    answer = ask(cast, wall(begin + timedelta(seconds=30)), wall(begin + timedelta(seconds=50)))
    (made,) = clips(engine)
    assert answer.location == f"/recording/{made.id}"
    assert (made.because, made.state) == ("asked", "open")
    assert (made.from_at, made.to_at) == (begin + timedelta(seconds=30), begin + timedelta(seconds=50))
    assert "asked for a clip" in cast.owner.get("/audit").text
    assert "It goes on" in cast.owner.get(answer.location).text


def test_what_was_not_recorded_cannot_be_cut(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    earlier = NOON - timedelta(hours=3)
    answer = ask(cast, wall(earlier), wall(earlier + timedelta(seconds=20)))
    assert (answer.status_code, clips(engine)) == (422, [])
    assert "Nothing was recorded then." in answer.text


def test_what_is_in_the_segment_that_still_grows_can_be_cut(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    recorded_camera(engine, "Front Door")
    ask(cast, wall(NOON - timedelta(seconds=40)), wall(NOON - timedelta(seconds=20)))
    assert len(clips(engine)) == 1


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("", "14:00", "A time of that day, please"),
        ("14:00", "25:00", "A time of that day, please"),
        ("14:00", "14:00", "It must end after it begins."),
        ("14:00", "14:10:01", "A clip lasts 10 minutes at most."),
        ("14:59", "15:00:01", "That is still to come: it is 15:00:00 now."),
    ],
)
def test_what_cannot_be_is_said(begin: str, end: str, said: str) -> None:
    now = datetime(2026, 11, 20, 15, tzinfo=VIENNA.tz)
    with pytest.raises(Mistakes, match=said):
        read(Typed(begin, end), DAY, VIENNA, now)


def test_times_are_those_of_the_house() -> None:
    begin, end = read(Typed("14:05", "14:06:30"), DAY, VIENNA, datetime(2026, 11, 21, tzinfo=VIENNA.tz))
    assert (f"{begin:%H:%M:%S %Z}", f"{end:%H:%M:%S %Z}") == ("13:05:00 UTC", "13:06:30 UTC")


def test_a_viewer_cannot_ask(cast: Cast, house: House, engine: Engine) -> None:
    house.camera()
    a_segment(house, NOON - timedelta(hours=2))
    assert "An owner can cut clips." in cast.viewer.get(PAGE).text
    sent = {"csrf_token": token(cast.viewer), "begin": "10:00", "end": "10:01"}
    assert cast.viewer.post(PAGE, data=sent).status_code == 403
    assert clips(engine) == []


@pytest.mark.parametrize("path", ["/recordings/nobody/2026-11-20/cut", "/recordings/front-door/2026-11-31/cut"])
def test_no_such_camera_or_day(cast: Cast, house: House, path: str) -> None:
    house.camera()
    assert cast.owner.get(path).status_code == 404
