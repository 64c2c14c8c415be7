"""Putting right what a detector said, on a phone and at a desk, with fingers, keys, and without scripts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from services.core.media import Media
from services.core.polygon import Box
from services.core.settings import Settings
from services.detector.filters import judge
from services.detector.outcome import Look, seen
from services.detector.plugin import Detection
from services.store import album, detection, work
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import House, drawn
from tests.pictures import Album

pytestmark = pytest.mark.browser
BUSH: Box = (0.6, 0.3, 0.7, 0.7)
Sees = Callable[[Box], str]


@pytest.fixture
def sees(engine: Engine, settings: Settings, house: House) -> Sees:
    """Front Door sends a picture in which a model sees a person, and it is judged by the camera's rules: its id."""
    media = Media(settings.media)
    media.prepare()
    pictures = Album(engine, media, at=datetime.now(UTC))

    def see(box: Box) -> str:
        image_id = pictures.pending(data=drawn(), width=1280, height=720)
        at = datetime.now(UTC)
        with engine.begin() as connection:
            job = work.claim(connection, "", "w", at + timedelta(minutes=1))
            assert job
            judged = judge([Detection("person", 0.62, box)], job.seeing)
            assert detection.record(connection, seen(job, judged, Look("m", "1", 60.0)), "w", at)
        return image_id

    return see


def reasons(engine: Engine, image_id: str) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        return [(box.label, box.dropped_because) for box in album.boxes(connection, [image_id])[image_id]]


def opened(visit: Visit, image_id: str) -> None:
    visit.go(f"/picture/{image_id}?camera=front-door")
    expect(visit.page.locator("#viewer[data-ready]")).to_be_visible()


def shows(visit: Visit, state: str) -> None:
    """The picture's page is there anew, and listens to keys."""
    expect(visit.page.locator(".state")).to_have_text(state)
    expect(visit.page.locator("#viewer[data-ready]")).to_be_visible()


def test_a_label_is_put_right_and_undone_and_things_like_it_are_hidden_from_the_next_picture_on(
    visit: Visit, engine: Engine, sees: Sees
) -> None:
    image_id = sees(BUSH)
    visit.sign_in()
    opened(visit, image_id)
    visit.page.click(".fix summary")
    visit.page.select_option(".fix[open] select", "bear")
    visit.page.click(".fix[open] button:has-text('Save')")
    expect(visit.page.locator(".put-right")).to_contain_text("Anna put it right: bear, not person")
    expect(visit.page.locator(".state")).to_have_text("Looked at: 1 bear.")
    visit.page.click("[data-undo] button")
    expect(visit.page.locator(".state")).to_have_text("Looked at: 1 person.")
    assert reasons(engine, image_id) == [("person", None)]

    visit.page.click(".fix summary")
    visit.page.click(".fix[open] >> text=Hide things like this")
    expect(visit.page.locator(".hide-option").first).to_contain_text("Would have hidden 1 of 1 person")
    expect(visit.page.locator(".hide-place")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.page.click("text=No person that stands at this place")
    visit.page.click("text=Hide from now on")
    expect(visit.page.locator(".notice")).to_contain_text("From the next picture of Front Door on")
    assert reasons(engine, sees(BUSH)) == [("person", "masked")]
    assert reasons(engine, sees((0.1, 0.2, 0.2, 0.7))) == [("person", None)]


def test_everything_works_with_keys(visit: Visit, engine: Engine, sees: Sees) -> None:
    image_id = sees(BUSH)
    visit.sign_in()
    opened(visit, image_id)
    visit.page.keyboard.press("?")
    expect(visit.page.locator("#keys")).to_contain_text("nothing in the picture")
    visit.page.keyboard.press("n")
    visit.page.keyboard.press("Escape")
    assert reasons(engine, image_id) == [("person", None)], "keys that are shown are not pressed"
    visit.page.keyboard.press("e")
    expect(visit.page.locator(".fix[open] summary")).to_be_focused()
    expect(visit.page.locator(".found.on")).to_have_count(1)
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator(".fix[open]")).to_have_count(0)
    for key in ("d", "n"):
        visit.page.keyboard.press(key)
        shows(visit, "Looked at: nothing found in it.")
        visit.page.keyboard.press("u")
        shows(visit, "Looked at: 1 person.")
    visit.page.keyboard.press("h")
    expect(visit.page).to_have_url(re.compile(f"{image_id}/detections/0/hide"))


def test_undo_goes_after_its_ten_seconds(visit: Visit, sees: Sees) -> None:
    image_id = sees(BUSH)
    visit.sign_in()
    opened(visit, image_id)
    visit.page.clock.install()
    visit.page.click("text=Nothing here")
    expect(visit.page.locator("[data-undo]")).to_be_visible()
    visit.page.clock.run_for(11_000)
    expect(visit.page.locator("[data-undo]")).to_have_count(0)
    expect(visit.page.locator(".put-right")).to_be_visible()


def test_it_works_without_javascript(chromium: Browser, served: str, engine: Engine, sees: Sees) -> None:
    image_id = sees(BUSH)
    context = chromium.new_context(
        reduced_motion="reduce", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    visit = Visit(context.new_page(), served)
    visit.sign_in()
    visit.go(f"/picture/{image_id}")
    visit.page.click(".fix summary")
    visit.page.click("text=Nothing there")
    expect(visit.page.locator(".put-right")).to_contain_text("no person")
    visit.page.click("[data-undo] button")
    expect(visit.page.locator(".state")).to_have_text("Looked at: 1 person.")
    visit.go(f"/picture/{image_id}/detections/0/hide")
    visit.page.check("[value=size]")
    visit.page.click("text=Hide from now on")
    assert reasons(engine, sees(BUSH)) == [("person", "too small")]
    context.close()
