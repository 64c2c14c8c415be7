"""The mode switch and the editor of schedules, as a person uses them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.mode_messages import ModeState
from services.store import mode, schedule
from services.store.mode import Wish
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import House, Standing

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}


def present(engine: Engine) -> str:
    with engine.connect() as connection:
        return mode.current(connection).mode_id


def pressed(page: Page) -> str:
    return page.locator(".modes [aria-pressed=true]").inner_text()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_mode_is_set_with_one_tap_and_disarmed_with_two(visit: Visit, engine: Engine, house: House) -> None:
    for number in range(40):
        house.event(at=datetime.now(UTC), detail=f"motion {number}")
    visit.sign_in()
    visit.page.set_viewport_size(PHONE)
    visit.go("/events")
    visit.page.mouse.wheel(0, 2000)
    switch = visit.page.locator(".modes")
    expect(switch).to_be_in_viewport()
    assert fits(visit.page), "wider than the screen"
    for button in switch.locator("button").all():
        box = button.bounding_box()
        assert box and box["height"] >= 40 and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    switch.get_by_text("Away").click()
    expect(visit.page.locator(".notice")).to_have_text("The house is set to Away.")
    assert (present(engine), pressed(visit.page)) == ("away", "Away")
    visit.page.locator(".modes").get_by_text("Disarmed").click()
    expect(visit.page.locator("h1")).to_have_text("Disarm the house?")
    assert present(engine) == "away"
    visit.page.click("main form:not(.modes) button:has-text('Disarm')")
    expect(visit.page.locator(".notice")).to_have_text("The house is set to Disarmed.")
    assert present(engine) == "disarmed"
    visit.page.wait_for_url(visit.url + "/events")


def test_what_somebody_else_sets_is_shown_by_itself(
    visit: Visit, engine: Engine, ring: Callable[[], Bus], clock: Standing
) -> None:
    visit.sign_in()
    visit.go("/events")
    visit.listens()
    since = datetime.now(UTC)
    with engine.begin() as connection:
        mode.enter(connection, Wish(new_id(), "night", "schedule Nights", "Nights has begun"), since)
    said = {"by": "schedule Nights", "reason": "Nights has begun", "since": since, "until": None}
    ring().publish(ModeState.make(clock, "scribe", mode_id="night", name="Night", **said))
    expect(visit.page.locator(".modes [aria-pressed=true]")).to_have_text("Night")


def test_a_schedule_is_made_on_a_phone(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    visit.page.set_viewport_size(PHONE)
    visit.go("/schedules")
    visit.page.click("main >> text=Add a schedule")
    page = visit.page
    assert fits(page), "wider than the screen"
    expect(page.locator("[data-week]")).to_be_hidden()
    page.fill("[name=name]", "Nights")
    row = page.locator("[data-row]").first
    row.locator("[data-from]").fill("22:00")
    row.locator("[data-to]").fill("half past six")
    row.get_by_label("Mon").check()
    page.click(".save-bar button")
    expect(page.locator(".problem")).to_contain_text("Times are written like 22:00")
    visit.complaints = [line for line in visit.complaints if "422" not in line]
    row = page.locator("[data-row]").first
    expect(row.locator("[data-to]")).to_have_value("halfpastsix")
    row.locator("[data-to]").fill("06:30")
    row.get_by_label("Sun").check()
    page.select_option("select[name=mode_id]", "night")
    page.click(".save-bar button")
    expect(page.locator(".notice")).to_have_text("Nights is saved.")
    assert fits(page), "wider than the screen"
    with engine.connect() as connection:
        (made,) = schedule.all_schedules(connection)
    assert made.windows == [{"days": [1, 7], "from": "22:00", "to": "06:30"}]
    assert made.mode_id == "night"


def test_a_window_is_drawn_into_the_week_at_a_desk(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    visit.page.set_viewport_size({"width": 1440, "height": 1000})
    visit.go("/schedules/new")
    page = visit.page
    page.fill("[name=name]", "Work")
    for day, end in ((2, 17), (3, 17), (4, 17), (4, 24), (5, 24), (6, 18)):
        column = page.locator(f"[data-day='{day}']")
        column.scroll_into_view_if_needed()
        box = column.bounding_box()
        assert box
        x, hour = box["x"] + box["width"] / 2, box["height"] / 24
        page.mouse.move(x, box["y"] + 9 * hour)
        page.mouse.down()
        page.mouse.move(x, box["y"] + 12 * hour)
        page.mouse.move(x, box["y"] + end * hour)
        page.mouse.up()
    expect(page.locator("[data-block]")).to_have_count(6)
    page.click(".save-bar button")
    expect(page.locator(".notice")).to_have_text("Work is saved.")
    with engine.connect() as connection:
        (made,) = schedule.all_schedules(connection)
    assert made.windows == [
        {"days": [2, 3, 4], "from": "09:00", "to": "17:00"},
        {"days": [4, 5], "from": "09:00", "to": "00:00"},
        {"days": [6], "from": "09:00", "to": "18:00"},
    ]


def test_an_exit_delay_is_given_to_a_mode_and_every_page_counts_on_it_and_stops(
    visit: Visit, engine: Engine, ring: Callable[[], Bus], clock: Standing
) -> None:
    visit.sign_in()
    visit.page.set_viewport_size(PHONE)
    visit.go("/modes")
    page = visit.page
    away = page.locator("main li").filter(has_text="Away").filter(has=page.locator("details"))
    away.locator("summary", has_text="Delays").click()
    away.get_by_label("Exit delay").fill("30")
    away.locator("form").filter(has_text="Exit delay").get_by_role("button").click()
    expect(page.locator(".notice")).to_have_text("The delays of Away are saved.")
    assert fits(page), "wider than the screen"
    page.locator(".modes").get_by_text("Away").click()
    waits = page.locator(".modes .waits")
    expect(waits).to_contain_text("armed at ")
    visit.go("/events")
    visit.listens()
    said = {"by": "Anna", "reason": "set in the gallery", "since": clock.now(), "until": None}
    bus = ring()
    pending = {"pending_until": datetime(2026, 11, 20, 22, 0, 45, tzinfo=UTC), "pending_because": "Front door: open"}
    bus.publish(ModeState.make(clock, "scribe", mode_id="away", name="Away", **said, **pending))
    expect(waits).to_have_text("entry delay until 22:00:45")
    bus.publish(ModeState.make(clock, "scribe", mode_id="away", name="Away", **said))
    expect(waits).to_be_hidden()
