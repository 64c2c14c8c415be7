import re
from datetime import timedelta

from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, House


def test_days_come_newest_first(cast: Cast, house: House) -> None:
    house.camera()
    house.event(at=NOON - timedelta(days=1), camera_id="front-door")
    house.event("restart", at=NOON, node_id=house.node(), detail="Raspberry Pi OS 12")
    page = cast.viewer.get("/events").text
    assert re.findall(r'class="day">([^<]+)', page) == ["Today", "Yesterday"]
    assert page.index("<b>Restarted") < page.index("<b>Motion")


def test_motion_shows_its_picture(cast: Cast, house: House) -> None:
    house.camera()
    house.event(at=NOON, camera_id="front-door")
    image_id = house.picture(at=NOON + timedelta(seconds=1))
    assert f"/picture/{image_id}/thumb" in cast.viewer.get("/events").text


def test_it_is_filtered_by_kind_and_camera(cast: Cast, house: House) -> None:
    house.camera()
    house.camera("Street", "street")
    house.event("camera_silent", camera_id="street", detail="no message for 10 min")
    house.event("motion", camera_id="street")
    house.event("camera_silent", camera_id="front-door", detail="it is another one")
    page = cast.viewer.get("/events?kind=silence&camera=street").text
    assert "no message for 10 min" in page
    assert "it is another one" not in page
    assert "<b>Motion</b>" not in page


def test_scrolling_reaches_the_oldest_and_names_no_day_twice(cast: Cast, house: House) -> None:
    house.node()
    for number in range(170):
        house.event("restart", at=NOON - timedelta(seconds=number // 3), node_id="pi", detail=f"number {number}.")
    page = cast.viewer.get("/events").text
    follow = re.search(r'hx-get="([^"]+)"', page)
    assert follow is not None
    rest = cast.viewer.get(follow.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert 'class="day"' not in rest
    for number in range(170):
        assert (f"number {number}." in page) != (f"number {number}." in rest)


def test_an_empty_house_says_what_would_be_here(cast: Cast, house: House) -> None:
    assert "Nothing has happened yet" in cast.viewer.get("/events").text
    assert "Nothing here" in cast.viewer.get("/events?kind=restart").text
