"""What a person does with sightings, plates and what was left out, on a phone and at a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import SightingArrived, SightingDeparted
from services.store.plate_tables import plate_read
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import House, Standing, drawn

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC)


def a_dog(house: House, at: datetime, pictures: int = 3, **more: object) -> tuple[str, list[str]]:
    """A sighting in so many pictures, a second apart."""
    made = [house.picture(at=at + timedelta(seconds=n), labels=["dog"], data=drawn()) for n in range(pictures)]
    return house.sighting("dog", at, made, **more), made  # type: ignore[arg-type]


def test_every_page_fits_the_screen(visit: Visit, house: House) -> None:
    house.camera("Back garden, behind the shed")
    made, [image_id, *_] = a_dog(house, now(), 30, lasted=None)
    house.detection(image_id, "traffic light", 1, dropped_because="label not wanted")
    visit.sign_in()
    visit.page.set_viewport_size({"width": 360, "height": 740})
    paths = ("/sightings", f"/sightings/{made}", "/detector", "/events", f"/pictures?sighting={made}&plate=KAB12345678")
    for path in (*paths, f"/picture/{image_id}?sighting={made}"):
        visit.go(path)
        expect(visit.page.locator("h1")).to_be_visible()
        visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, f"{path} is wider than the screen"


def test_a_sighting_leads_to_its_pictures_and_through_them(visit: Visit, house: House) -> None:
    house.camera()
    made, pictures = a_dog(house, now() - timedelta(minutes=1))
    house.picture(at=now(), labels=["dog"], data=drawn())
    visit.sign_in()
    visit.go("/sightings")
    expect(visit.page.locator(".sighting-card .box")).to_have_count(1)
    visit.page.locator(".sighting-card").click()
    expect(visit.page.locator(".strip li")).to_have_count(3)
    visit.page.click("text=All 3 pictures in Find")
    expect(visit.page).to_have_url(re.compile(f"sighting={made}"))
    expect(visit.page.locator(".cell")).to_have_count(3)
    visit.page.locator(".cell").first.click()
    expect(visit.page.locator("#viewer[data-ready]")).to_be_visible()
    visit.page.keyboard.press("j")
    expect(visit.page.locator("[data-sheet] img")).to_have_attribute("src", f"/picture/{pictures[1]}/file")
    expect(visit.page.locator(".within")).to_contain_text("dog")


def test_who_comes_is_a_pill_and_who_leaves_is_marked_where_it_stands(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    made, [image_id, *_] = a_dog(house, now() - timedelta(minutes=1), lasted=None)
    visit.sign_in()
    visit.go("/sightings")
    expect(visit.page.locator(".presence")).to_contain_text("still there")
    visit.listens()
    came = {"sighting_id": made, "camera_id": "front-door", "label": "dog", "image_id": image_id, "arrived_at": now()}
    ring().publish(SightingDeparted.make(clock, "detector", **came, departed_at=now()))
    expect(visit.page.locator(".presence")).to_have_text(re.compile("left at"))
    ring().publish(SightingArrived.make(clock, "detector", **came | {"sighting_id": new_id()}, zones=[]))
    expect(visit.page.locator("#news")).to_have_text("1 new sighting")


def test_a_plate_is_found_by_a_part_of_it_as_somebody_would_say_it(visit: Visit, house: House) -> None:
    house.camera()
    _, [image_id, *_] = a_dog(house, now())
    at = {"image_id": image_id, "camera_id": "front-door", "captured_at": now(), "ordinal": 0}
    read = {"raw": "KA-B 012", "text": "KAB012", "folded": "KA8012", "score": 0.9, "candidates": []}
    with house.writing() as connection:
        connection.execute(insert(plate_read).values(**at, **read, x1=0.2, y1=0.2, x2=0.3, y2=0.3))
    visit.sign_in()
    visit.go("/pictures?label=dog")
    visit.page.fill("[name=plate]", "b o12")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile("label=dog&plate="))
    expect(visit.page.locator(".cell")).to_have_count(1)
    visit.page.click(".chip[aria-current]:has-text('BO12')")
    expect(visit.page.locator(".cell")).to_have_count(3)


def test_what_was_left_out_is_drawn_on_demand(visit: Visit, house: House) -> None:
    house.camera()
    image_id = house.picture(at=now(), labels=["dog"], data=drawn())
    house.detection(image_id, "kite", 1, dropped_because="masked")
    visit.sign_in()
    visit.go(f"/picture/{image_id}")
    expect(visit.page.locator(".left-out")).to_be_hidden()
    visit.page.click("text=1 thing left out")
    visit.page.check("[data-dropped]")
    expect(visit.page.locator(".left-out")).to_be_visible()
    dashes = visit.page.locator(".left-out").evaluate("(box) => getComputedStyle(box).strokeDasharray")
    assert dashes != "none"
