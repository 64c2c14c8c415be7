"""What a person does with recordings and live views, on a phone and at a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew, ImageNew, SightingArrived
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.films import a_clip, a_segment, film, live
from tests.flaskapp.house import House, Standing, drawn
from tests.peers import wait_until

pytestmark = pytest.mark.browser
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = "/recordings/front-door/2026-11-20"
FILM_S = 4
TOLD = "window.said = []; window.speechSynthesis.speak = (one) => window.said.push(one.text);"


def now() -> datetime:
    return datetime.now(UTC)


def a_day(house: House) -> list[str]:
    """Three films of four seconds each, one after the other, a gap before the last."""
    house.camera()
    lasts = timedelta(seconds=FILM_S)
    return [a_segment(house, NOON + timedelta(seconds=second), lasts) for second in (0, FILM_S, 60)]


def source(page: Page) -> str:
    found = page.evaluate("document.querySelector('video').getAttribute('src')")
    return str(found)


def position(visit: Visit) -> str | None:
    return visit.page.locator("[data-strip]").get_attribute("aria-valuetext")


def becomes(visit: Visit, true: str) -> None:
    """Waits for what a page's own policy forbids Playwright to wait for by itself: it would evaluate a text there."""
    wait_until(lambda: visit.page.evaluate(true), true)


def test_every_page_fits_the_screen(visit: Visit, house: House) -> None:
    made = a_day(house)[0]
    house.camera("Back garden, behind the shed", "garden")
    clip = a_clip(house, detail="x" * 300)
    a_clip(house, state="failed", error="y" * 300)
    visit.sign_in()
    visit.page.set_viewport_size({"width": 360, "height": 740})
    shares = f"/recording/{clip}/share"
    for path in ("/recordings", DAY, f"/recording/{made}", f"/recording/{clip}/remove", shares, "/wall"):
        visit.go(path)
        expect(visit.page.locator("h1")).to_be_visible()
        visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, f"{path} is wider than the screen"


def test_the_strip_is_scrubbed_by_a_pointer_and_shows_what_is_there(visit: Visit, house: House) -> None:
    first, *_ = a_day(house)
    visit.sign_in()
    visit.go(f"{DAY}?play={first}")
    strip = visit.page.locator("[data-strip]")
    box = strip.bounding_box()
    assert box
    drawn_wide = visit.page.locator("[data-strip] svg").evaluate("one => one.getBoundingClientRect().width")
    assert abs(drawn_wide - box["width"]) < 4
    visit.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40)
    expect(visit.page.locator("[data-bubble]")).to_have_text("06:00:00, nothing recorded")
    visit.page.click("text=10 min")
    box = strip.bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + box["width"] * (300 + 62) / 600, box["y"] + 40)
    expect(visit.page.locator("[data-bubble] img")).to_have_attribute("src", re.compile("/thumbnail"))
    visit.page.mouse.down()
    visit.page.mouse.up()
    assert (position(visit) or "").startswith("12:01:0")


def test_the_strip_is_walked_and_zoomed_by_keys(visit: Visit, house: House) -> None:
    first, second, _ = a_day(house)
    visit.sign_in()
    visit.go(f"{DAY}?play={first}")
    strip = visit.page.locator("[data-strip]")
    strip.focus()
    assert position(visit) == "12:00:00"
    visit.page.keyboard.press("Shift+ArrowLeft")
    assert position(visit) == "11:59:00"
    expect(visit.page.locator("[data-said]")).to_have_text("Nothing was recorded then")
    visit.page.keyboard.press("PageDown")
    assert position(visit) == "12:09:00"
    visit.page.keyboard.press("Home")
    assert position(visit) == "00:00:00"
    visit.go(f"{DAY}?play={second}")
    before = visit.page.locator("rect.segment").first.bounding_box()
    visit.page.locator("[data-strip]").press("+")
    after = visit.page.locator("rect.segment").first.bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"]


def test_a_film_plays_on_into_the_next_and_over_a_gap_which_is_said(visit: Visit, house: House) -> None:
    first, second, third = a_day(house)
    visit.sign_in()
    visit.go(f"{DAY}?play={first}")
    assert source(visit.page) == f"/recording/{first}/preview"
    visit.page.evaluate("document.querySelector('video').muted = true")
    visit.page.locator("[data-strip]").press(" ")
    becomes(visit, f"document.querySelector('video').src.includes('{second}')")
    becomes(visit, f"document.querySelector('video').src.includes('{third}')")
    expect(visit.page.locator("[data-said]")).to_have_text("Nothing was recorded for 52 s before this")
    expect(visit.page.locator("[data-deed=one]")).to_have_attribute("href", f"/recording/{third}")


def test_the_full_picture_comes_on_request_at_the_same_second(visit: Visit, house: House) -> None:
    first, *_ = a_day(house)
    visit.sign_in()
    visit.go(f"/recording/{first}")
    becomes(visit, "document.querySelector('video').readyState >= 1")
    visit.page.evaluate("document.querySelector('video').currentTime = 2")
    visit.page.click("[data-quality]")
    becomes(visit, "document.querySelector('video').readyState >= 1")
    assert source(visit.page) == f"/recording/{first}/file"
    becomes(visit, "Math.abs(document.querySelector('video').currentTime - 2) < 0.3")
    expect(visit.page.locator("[data-quality]")).to_have_text("Preview")


def test_a_film_that_the_browser_cannot_play_says_so_and_is_offered_as_a_file(visit: Visit, house: House) -> None:
    house.camera()
    made = a_segment(house, data=film(2, "libx265"), video="hevc", preview="failed")
    visit.sign_in()
    visit.go(f"/recording/{made}")
    expect(visit.page.locator("[data-trouble]")).to_contain_text("cannot play this file")
    expect(visit.page.locator("a:has-text('Download')").first).to_have_attribute(
        "href", f"/recording/{made}/file?download=1"
    )


def test_what_was_deleted_is_brought_back_within_ten_seconds(visit: Visit, house: House) -> None:
    house.camera()
    made = a_clip(house, now() - timedelta(minutes=2))
    visit.sign_in()
    visit.go(f"/recording/{made}")
    visit.page.click("text=Delete")
    visit.page.click("button:has-text('Delete')")
    visit.page.click("button:has-text('Undo')")
    visit.go(f"/recording/{made}")
    expect(visit.page.locator("video")).to_be_visible()


def test_a_link_shows_the_clip_to_somebody_without_an_account(visit: Visit, house: House) -> None:
    house.camera()
    made = a_clip(house)
    visit.sign_in()
    visit.go(f"/recording/{made}/share")
    visit.page.click("text=Make a link")
    link = visit.page.locator(".shares input").first.input_value()
    visit.page.context.clear_cookies()
    visit.page.goto(link)
    becomes(visit, "document.querySelector('video').readyState >= 1")
    expect(visit.page.locator("h1")).to_have_text("Front Door")
    assert visit.page.locator("nav").count() == 0
    visit.go("/recordings")
    expect(visit.page).to_have_url(re.compile("/login"))


def test_the_wall_shows_what_comes_enlarges_and_is_loudest_where_it_is_dark(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    house.camera("Garden", "garden")
    house.picture(data=drawn())
    visit.page.add_init_script(TOLD)
    visit.sign_in()
    visit.go("/wall")
    visit.listens()
    wall = visit.page.locator("#wall").bounding_box()
    size = visit.page.viewport_size
    assert wall
    assert size
    assert wall["width"] > 0.95 * size["width"]
    made = house.picture("garden", now(), data=drawn())
    said = {"image_id": made, "camera_id": "garden", "captured_at": now(), "received_at": now()}
    ring().publish(ImageNew.make(clock, "hub", **said))
    expect(visit.page.locator("[data-camera=garden] img")).to_have_attribute("src", f"/picture/{made}/thumb")
    names = ("node_id", "device_id", "value", "unit", "people", "of_group", "sighting_id", "plate_id", "standing")
    dark = {"event_id": new_id(), "kind": "camera_silent", "camera_id": "garden", "happened_at": now(), "detail": ""}
    ring().publish(EventNew.make(clock, "hub", **dark, **dict.fromkeys(names)))
    expect(visit.page.locator("[data-camera=garden]")).to_have_class(re.compile("dark"))
    visit.page.click("[data-camera=front-door]")
    large = visit.page.locator("[data-camera=front-door]").bounding_box()
    assert large
    assert large["width"] == size["width"]
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator(".pane.large")).to_have_count(0)


def test_the_wall_speaks_only_when_it_is_asked_to(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    visit.page.add_init_script(TOLD)
    visit.sign_in()
    visit.go("/wall")
    visit.listens()

    def comes(label: str) -> None:
        came = {"sighting_id": new_id(), "camera_id": "front-door", "label": label, "image_id": new_id()}
        ring().publish(SightingArrived.make(clock, "detector", **came, arrived_at=now(), zones=[]))

    comes("dog")
    visit.page.check("[data-speech]")
    comes("person")
    becomes(visit, "window.said.includes('person, Front Door.')")
    assert visit.page.evaluate("window.said") == ["I will say who comes, and alerts.", "person, Front Door."]


def test_the_wall_rests_while_nobody_sees_it(visit: Visit, house: House) -> None:
    house.camera()
    visit.sign_in()
    visit.go("/wall")
    visit.listens()
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    change = "document.dispatchEvent(new Event('visibilitychange'))"
    visit.page.evaluate(hide % "true" + change)
    assert visit.page.locator("body[data-listening]").count() == 0
    visit.page.evaluate(hide % "false" + change)
    visit.listens()


def test_one_camera_is_seen_in_pictures_and_as_video(visit: Visit, house: House) -> None:
    house.camera()
    house.picture(at=now(), data=drawn())
    visit.sign_in()
    visit.go("/cameras/front-door/live")
    becomes(visit, "document.querySelector('[data-screen] img').naturalWidth === 1280")
    live(house)
    visit.page.reload()
    becomes(visit, "document.querySelector('[data-screen] video').readyState >= 2")
    visit.page.click("text=Pictures")
    expect(visit.page.locator("[data-screen] video")).to_be_hidden()
    expect(visit.page.locator("[data-screen] img")).to_be_visible()


def test_a_tap_plays_from_there_though_no_preview_has_been_made_yet(visit: Visit, house: House) -> None:
    first, *_ = a_day(house)
    fresh = a_segment(house, NOON + timedelta(seconds=90), timedelta(seconds=FILM_S), preview="waiting")
    visit.sign_in()
    visit.go(f"{DAY}?play={first}")
    for _ in range(12):
        visit.page.click("[data-zoom='0.5']")
    for _ in range(3):
        visit.page.click("[data-pan='0.5']")
    visit.page.locator(".legend").scroll_into_view_if_needed()
    box = visit.page.locator(f"rect[data-id='{fresh}']").bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 8)
    becomes(visit, "document.querySelector('video').currentTime > 1.9")
    assert source(visit.page) == f"/recording/{fresh}/file"
    visit.page.evaluate("document.querySelector('video').pause()")
    visit.page.mouse.click(box["x"] + 1, box["y"] + 8)
    becomes(visit, "!document.querySelector('video').paused")


def test_from_a_gap_the_next_that_was_recorded_is_played(visit: Visit, house: House) -> None:
    first, _, third = a_day(house)
    visit.sign_in()
    visit.go(f"{DAY}?play={first}")
    strip = visit.page.locator("[data-strip]")
    for _ in range(3):
        strip.press("ArrowRight")
    expect(visit.page.locator("[data-said]")).to_have_text("Nothing was recorded then")
    strip.press(" ")
    becomes(visit, f"document.querySelector('video').src.includes('{third}')")
    expect(visit.page.locator("[data-said]")).to_have_text("Nothing was recorded for 52 s before this")


def test_a_day_whose_newest_clip_no_browser_plays_is_still_played_from_the_strip(visit: Visit, house: House) -> None:
    first, *_ = a_day(house)
    a_clip(house, NOON + timedelta(hours=2), because="sent", path="recordings/2026-11-20/cam.avi", preview="failed")
    visit.sign_in()
    visit.go(DAY)
    visit.page.locator(".legend").scroll_into_view_if_needed()
    box = visit.page.locator("rect.segment").first.bounding_box()
    assert box
    visit.page.mouse.click(box["x"], box["y"] + 8)
    visit.page.wait_for_url(f"**{DAY}?play=*")
    expect(visit.page.locator("video")).to_be_visible()
    assert first


def test_one_camera_waits_for_its_first_picture_and_says_how_old_the_newest_is(
    visit: Visit, house: House, ring: Callable[[], Bus], clock: Standing
) -> None:
    house.camera()
    visit.sign_in()
    visit.go("/cameras/front-door/live")
    visit.listens()
    expect(visit.page.locator("[data-nothing]")).to_be_visible()
    for ago, words in ((timedelta(hours=2), "Newest picture 2 h ago"), (timedelta(0), "Newest picture now")):
        at = now() - ago
        made = house.picture(at=at, data=drawn())
        said = {"image_id": made, "camera_id": "front-door", "captured_at": at, "received_at": at}
        ring().publish(ImageNew.make(clock, "hub", **said))
        expect(visit.page.locator("[data-newest]")).to_have_text(words)
        becomes(visit, "document.querySelector('[data-screen] img').naturalWidth === 1280")
    expect(visit.page.locator("[data-nothing]")).to_be_hidden()
    for silent, kind in ((True, "camera_silent"), (False, "camera_back")):
        names = ("node_id", "device_id", "value", "unit", "people", "of_group", "sighting_id", "plate_id", "standing")
        of = {"event_id": new_id(), "kind": kind, "camera_id": "front-door", "happened_at": now(), "detail": ""}
        ring().publish(EventNew.make(clock, "hub", **of, **dict.fromkeys(names)))
        becomes(visit, f"document.querySelector('[data-screen]').classList.contains('dark') === {str(silent).lower()}")


@pytest.mark.parametrize("path", ["/", "/wall", "/cameras/front-door/live"])
def test_that_nothing_new_can_come_is_said_however_often_it_is_tried_again(
    visit: Visit, house: House, path: str
) -> None:
    house.camera()
    visit.sign_in()
    visit.page.route("**/live/stream", lambda route: route.abort())
    visit.go(path)
    expect(visit.page.get_by_text("Not connected")).to_be_visible()
    visit.page.unroute("**/live/stream")
    visit.listens()
    expect(visit.page.get_by_text("Not connected")).to_be_hidden()
    assert all("Failed to load resource" in one for one in visit.complaints)
    visit.complaints.clear()
