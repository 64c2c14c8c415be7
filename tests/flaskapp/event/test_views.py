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


def test_sightings_stand_in_the_line_of_time_with_their_best_picture(cast: Cast, house: House) -> None:
    house.camera()
    house.event("restart", at=NOON + timedelta(minutes=5), node_id=house.node(), detail="after")
    image_id = house.picture(labels=["person"])
    made = house.sighting("person", NOON, [image_id], lasted=None)
    house.event("restart", at=NOON - timedelta(minutes=5), node_id="pi", detail="before")
    page = cast.viewer.get("/events").text
    assert page.index("after") < page.index(f"/sightings/{made}") < page.index("before")
    assert f"/picture/{image_id}/thumb" in page
    assert "still there" in page
    only = cast.viewer.get("/events?kind=sighting").text
    assert f"/sightings/{made}" in only
    assert "before" not in only


def test_many_sightings_are_one_line_with_a_few_pictures(cast: Cast, house: House) -> None:
    house.camera()
    for number in range(9):
        at = NOON - timedelta(minutes=number)
        house.sighting("person", at, [house.picture(at=at, labels=["person"])])
    page = cast.viewer.get("/events").text
    assert page.count("/thumb") == 4
    assert "9 people" in page
    assert "and 5 more" in page


def test_scrolling_reaches_each_event_and_each_sighting_once(cast: Cast, house: House) -> None:
    house.camera()
    house.node()
    made = []
    for number in range(100):
        at = NOON - timedelta(minutes=10 * number)
        house.event("restart", at=at, node_id="pi", detail=f"number {number}.")
        made.append(house.sighting(at=at))
    page = cast.viewer.get("/events").text
    follow = re.search(r'hx-get="([^"]+)"', page)
    assert follow is not None
    rest = cast.viewer.get(follow.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    for number in range(100):
        assert (f"number {number}." in page) != (f"number {number}." in rest)
        assert (f"/sightings/{made[number]}" in page) != (f"/sightings/{made[number]}" in rest)
