"""What a person does with the gallery, on a phone and at a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from services.core.alert_messages import AlertDecision
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import ImageDetected, ImageNew
from services.store import camera
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import House, Standing, drawn

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC)


def test_a_person_signs_in_and_sees_every_page(visit: Visit, house: House) -> None:
    house.camera()
    image_id = house.picture(at=now(), labels=["person"], data=drawn())
    house.event(at=now(), camera_id="front-door")
    house.decision(image_id, "no_channel", now(), subject="A person", body="Seen.")
    visit.sign_in()
    paths = (
        "/",
        "/events",
        "/pictures",
        "/alerts",
        "/cameras",
        "/cameras/front-door",
        "/plates",
        "/plates/new",
        "/people",
        "/people/new",
        "/health",
        "/more",
        "/account",
    )
    for path in (*paths, "/cameras/front-door/seeing", f"/picture/{image_id}"):
        visit.go(path)
        expect(visit.page.locator("h1")).to_be_visible()
        wide = visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{path} is wider than the screen"


def test_nothing_is_wider_than_the_smallest_phone(visit: Visit, house: House) -> None:
    house.camera("Back garden, behind the shed")
    image_id = house.picture(at=now(), labels=["person", "sports ball", "traffic light"], data=drawn())
    house.event(at=now(), camera_id="front-door", detail="x" * 80)
    house.decision(image_id, "failed", now(), subject="A person", reasons=["HEARTHWATCH_" + "SETTING_" * 8])
    visit.sign_in()
    visit.page.set_viewport_size({"width": 360, "height": 740})
    paths = ("/", "/events", "/pictures", "/alerts", "/cameras", "/cameras/front-door/seeing", "/health", "/account")
    for path in (*paths, f"/picture/{image_id}"):
        visit.go(path)
        visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, f"{path} is wider than the screen"


def test_a_wrong_password_is_said_and_the_name_is_kept(visit: Visit) -> None:
    visit.go("/login")
    visit.page.fill("[name=name]", "Anna")
    visit.page.fill("[name=password]", "not this one")
    visit.page.click("text=Sign in")
    expect(visit.page.locator("[role=alert]")).to_contain_text("do not belong together")
    expect(visit.page.locator("[name=name]")).to_have_value("Anna")
    visit.complaints = [line for line in visit.complaints if "401" not in line]


def test_a_new_picture_comes_by_itself_with_its_boxes(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    house.picture(at=now() - timedelta(minutes=5), data=drawn())
    visit.sign_in()
    visit.listens()
    tile = visit.page.locator(".tile")
    expect(tile.locator("time")).to_have_text("5 min ago")
    at = now()
    image_id = house.picture(at=at, data=drawn())
    image = {"image_id": image_id, "camera_id": "front-door", "captured_at": at, "received_at": at}
    person = {"label": "person", "score": 0.9, "box": (0.1, 0.2, 0.3, 0.8)}
    found = [person | {"sighting_id": new_id(), "arrival": True, "place": 1, "zones": []} for _ in range(2)]
    model = {"model": "m", "model_version": "1", "took_ms": 60, "fell_back_because": None, "error": None}
    ring().publish(ImageNew.make(clock, "hub", **image))
    ring().publish(ImageDetected.make(clock, "detector", **image, outcome="detected", detections=found, **model))
    expect(tile.locator("img")).to_have_attribute("src", f"/picture/{image_id}/thumb", timeout=3000)
    expect(tile.locator(".boxes .box.c0")).to_have_count(2)
    expect(tile.locator(".seen")).to_have_text("2 people")
    expect(tile.locator("time")).to_have_text(re.compile(r"now|\d s ago"))


def test_a_picture_is_shown_within_a_second_though_nobody_looks_at_it(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    visit.sign_in()
    expect(visit.page.locator(".nothing")).to_be_visible()
    visit.listens()
    at = now()
    image_id = house.picture(at=at, data=drawn())
    image = {"image_id": image_id, "camera_id": "front-door", "captured_at": at, "received_at": at}
    ring().publish(ImageNew.make(clock, "hub", **image))
    expect(visit.page.locator(".tile img")).to_have_attribute("src", f"/picture/{image_id}/thumb", timeout=3000)


def test_what_came_before_the_stream_was_open_is_caught_up(visit: Visit, house: House) -> None:
    house.camera()
    visit.page.route("**/live/stream", lambda route: route.abort())
    visit.sign_in()
    visit.complaints.clear()
    image_id = house.picture(at=now(), data=drawn())
    visit.page.unroute("**/live/stream")
    expect(visit.page.locator(".tile img")).to_have_attribute("src", f"/picture/{image_id}/thumb", timeout=15_000)
    visit.complaints = [line for line in visit.complaints if "ERR_FAILED" not in line]


def test_pictures_are_filtered_by_what_is_in_them_and_scroll_on(visit: Visit, house: House) -> None:
    house.camera()
    at = now()
    for number in range(140):
        labels = ["person"] if number % 2 else ["dog"]
        house.picture(at=at - timedelta(seconds=number), labels=labels, width=320, height=180, data=drawn(320, 180))
    visit.sign_in()
    visit.go("/pictures")
    visit.page.click(".chip:has-text('person')")
    expect(visit.page).to_have_url(re.compile("label=person"))
    expect(visit.page.locator(".cell")).to_have_count(60)
    visit.page.locator(".next").scroll_into_view_if_needed()
    expect(visit.page.locator(".cell")).to_have_count(70)
    expect(visit.page.locator(".end")).to_be_visible()


def test_keys_turn_the_pictures_within_the_filter(visit: Visit, house: House) -> None:
    house.camera()
    at = now()
    people = [house.picture(at=at - timedelta(seconds=n), labels=["person"], data=drawn()) for n in (0, 2, 4)]
    house.picture(at=at - timedelta(seconds=3), data=drawn())
    visit.sign_in()
    visit.go("/pictures?label=person")
    visit.page.locator(".cell").first.click()
    expect(visit.page.locator("#viewer[data-ready]")).to_be_visible()
    for key, image_id in (("j", people[1]), ("j", people[2]), ("k", people[1]), ("ArrowLeft", people[0])):
        visit.page.keyboard.press(key)
        expect(visit.page.locator("[data-sheet] img")).to_have_attribute("src", f"/picture/{image_id}/file")
        expect(visit.page).to_have_url(re.compile(f"{image_id}.*label=person"))
    visit.page.locator(".found").first.focus()
    expect(visit.page.locator(".tag")).to_have_text("person 90 %")
    visit.page.keyboard.press("b")
    expect(visit.page.locator("[data-sheet] .boxes")).to_be_hidden()
    visit.page.keyboard.press("b")
    visit.page.keyboard.press("?")
    expect(visit.page.locator("dialog")).to_be_visible()
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Escape")
    expect(visit.page).to_have_url(re.compile(r"/pictures\?label=person"))


def test_a_double_click_zooms_in_and_out(visit: Visit, house: House) -> None:
    house.camera()
    image_id = house.picture(at=now(), data=drawn())
    visit.sign_in()
    visit.go(f"/picture/{image_id}")
    expect(visit.page.locator("#viewer[data-ready]")).to_be_visible()
    stage = visit.page.locator("[data-stage]")
    stage.dblclick()
    expect(stage).to_have_class(re.compile("zoomed"))
    stage.dblclick()
    expect(stage).not_to_have_class(re.compile("zoomed"))


def test_alerts_say_why_and_fold_what_is_alike(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    at = now()
    for number in range(9):
        image_id = house.picture(at=at, labels=["person"], data=drawn())
        house.decision(image_id, "not_told", at - timedelta(seconds=number), reasons=[f"told {number} s ago"])
    visit.sign_in()
    visit.go("/alerts")
    visit.listens()
    expect(visit.page.locator(".alert")).to_have_count(1)
    expect(visit.page.locator(".reasons li")).to_have_text("told 0 s ago")
    visit.page.click("text=8 more like this")
    expect(visit.page.locator(".fold li")).to_have_count(8)
    told: dict[str, Any] = {"decision_id": image_id, "image_id": image_id, "event_id": None}
    told |= {"camera_id": "front-door", "outcome": "told"}
    ring().publish(AlertDecision.make(clock, "notifier", **told, reasons=["x"]))
    expect(visit.page.locator("#news")).to_have_text("1 new decision")


def test_a_camera_is_named_and_told_what_to_look_for(visit: Visit, house: House, engine: Engine) -> None:
    house.camera()
    visit.sign_in()
    visit.go("/cameras/front-door")
    visit.page.fill("[name=name]", "Front gate")
    visit.page.click("text=Only what I choose")
    visit.page.locator(".chosen-labels input[value=dog]").check()
    visit.page.get_by_role("button", name="Save").click()
    expect(visit.page.locator(".notice")).to_contain_text("Front gate is saved.")
    expect(visit.page.locator(".card.camera")).to_contain_text("Looks for dog")
    with engine.connect() as connection:
        found = camera.find(connection, "front-door")
    assert found is not None
    assert (found.name, found.labels) == ("Front gate", ["dog"])


def test_pages_can_be_read_without_javascript(visit: Visit, house: House, tmp_path: Path) -> None:
    house.camera()
    image_id = house.picture(at=now(), labels=["person"], data=drawn())
    browser = visit.page.context.browser
    assert browser is not None
    context = browser.new_context(reduced_motion="reduce", java_script_enabled=False)
    plain = Visit(context.new_page(), visit.url)
    plain.sign_in()
    expect(plain.page.locator(".tile .seen")).to_have_text("1 person")
    plain.go(f"/picture/{image_id}")
    expect(plain.page.locator(".found .box")).to_be_visible()
    context.close()
