"""The page Devices as a person uses it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.store import device
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House, Standing

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC)


def test_a_new_device_is_named_where_it_stands(visit: Visit, engine: Engine) -> None:
    a_device(engine, "hall-light", called="Hall Light", kind="relay", is_output=True, last_seen_at=now())
    long_ago = now() - timedelta(minutes=30)
    said: dict[str, Any] = {"active": True, "active_since": long_ago, "detail": "a".ljust(200, "b")}
    a_device(engine, confirmed_at=None, last_seen_at=long_ago, stale_since=long_ago, **said)
    visit.sign_in()
    visit.page.set_viewport_size({"width": 360, "height": 740})
    visit.go("/devices")
    cards = visit.page.locator(".card.device")
    expect(cards.first).to_contain_text("Not heard for 30 min")
    expect(cards.first.locator(".new")).to_be_visible()
    visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, "wider than the screen"
    cards.first.locator("[name=name]").fill("Big door")
    cards.first.locator("[name=stale_after]").fill("soon")
    cards.first.locator("button").click()
    expect(cards.first.locator("[name=stale_after]")).to_be_focused()
    expect(cards.first.locator("[name=name]")).to_have_value("Big door")
    visit.complaints = [line for line in visit.complaints if "422" not in line]
    cards.first.locator("[name=stale_after]").fill("90")
    cards.first.locator("button").click()
    expect(visit.page.locator(".notice")).to_have_text("Big door is saved.")
    expect(visit.page.locator(".new")).to_have_count(0)
    with engine.connect() as connection:
        found = device.find(connection, "garage-door")
    assert found and (found.name, found.stale_after_s) == ("Big door", 5400)


def test_a_device_is_forgotten_after_a_look_at_what_goes_with_it(visit: Visit, engine: Engine, house: House) -> None:
    a_device(engine, last_seen_at=now())
    house.event("device_active", at=now(), device_id="garage-door", detail="open")
    visit.sign_in()
    visit.go("/devices")
    visit.page.click("summary:has-text('Change')")
    visit.page.click("text=Forget it …")
    expect(visit.page.locator("main")).to_contain_text("1 event of it goes with it")
    visit.page.click("button:has-text('Forget it')")
    expect(visit.page.locator("h2")).to_have_text("No device yet")


def test_what_devices_report_is_a_pill_and_nothing_else_is(
    visit: Visit, engine: Engine, ring: Callable[[], Bus], clock: Standing
) -> None:
    a_device(engine, last_seen_at=now())
    visit.sign_in()
    visit.go("/devices")
    visit.listens()
    said = {"node_id": None, "detail": "open", "value": None, "unit": None, "people": None, "happened_at": now()}
    said |= dict.fromkeys(("of_group", "sighting_id", "plate_id", "standing"))
    for kind, camera_id, device_id in (("motion", "street", None), ("device_active", None, "garage-door")):
        ids = {"event_id": new_id(), "kind": kind, "camera_id": camera_id, "device_id": device_id}
        ring().publish(EventNew.make(clock, "scribe", **ids, **said))
    expect(visit.page.locator("#news")).to_have_text("1 new event")
