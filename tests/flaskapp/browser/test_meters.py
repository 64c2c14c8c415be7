"""The page Meters as a person uses it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sin

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, insert

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.messages import EventNew
from services.store import meter
from services.store.device_tables import meter as meter_table
from services.store.device_tables import reading
from tests.flaskapp.browser.conftest import SIZES, Visit
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import Standing

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC)


def a_house_with_meters(engine: Engine) -> None:
    """Power that goes up and down, and beyond its limit; energy that only grows."""
    since = now() - timedelta(hours=30)
    over = {"active": True, "active_since": now() - timedelta(minutes=20), "detail": "12.5 kW is over 10 kW"}
    a_device(engine, "power", called="Power", kind="meter", location="Cellar", last_seen_at=now(), **over)
    a_device(engine, "electricity-meter", called="Electricity Meter", kind="meter", last_seen_at=now())
    a_device(engine, "water-meter", called="Wasser " * 15, kind="meter", last_seen_at=now())
    rows = []
    for minute in range(0, 30 * 60, 5):
        watts = 5000 + 4000 * sin(minute / 200) + (3500 if minute > 1750 else 0)
        said = {"power": (None, watts), "electricity-meter": (123_000 + minute * 4.2, None)}
        for device_id, (register, last_minute) in said.items():
            if device_id == "power" or not 900 < minute < 1200:
                at = since + timedelta(minutes=minute)
                numbers = {"register": register, "last_minute": last_minute}
                rows.append({"id": new_id(), "device_id": device_id, "at": at} | numbers)
    kinds = {
        "power": {"shows": "last_minute", "factor": 1000, "unit": "kW", "digits": 1, "low": 0, "high": 10},
        "electricity-meter": {"shows": "register", "factor": 1000, "unit": "kWh", "digits": 2},
        "water-meter": {"shows": "register", "factor": 1, "unit": "m³", "digits": 3},
    }
    with engine.begin() as connection:
        for device_id, values in kinds.items():
            connection.execute(insert(meter_table).values(device_id=device_id, **values))
        connection.execute(insert(reading), rows)
        meter.ask(connection, "electricity-meter", 200_000, 130_000, now() - timedelta(minutes=4))


@pytest.mark.parametrize("size", SIZES)
def test_meters_are_read_and_changed_where_they_stand(visit: Visit, engine: Engine, size: str) -> None:
    width, height = SIZES[size]
    a_house_with_meters(engine)
    visit.sign_in()
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.go("/meters")
    card = visit.page.locator("#meter-electricity-meter")
    expect(visit.page.locator("#meter-power")).to_contain_text("12.5 kW is over 10 kW")
    expect(card).to_contain_text("not answered yet")
    lines = visit.page.locator(".meter-chart .line")
    expect(lines).to_have_count(2)
    box = lines.first.bounding_box()
    assert box
    assert (box["width"] > 200, box["height"] > 60) == (True, True)
    visit.page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, "wider than the screen"
    card.locator("[name=factor]").fill("none")
    card.locator("button:has-text('Save')").click()
    expect(card.locator("[name=factor]")).to_be_focused()
    visit.complaints = [line for line in visit.complaints if "422" not in line]
    card.locator("[name=factor]").fill("100")
    card.locator("[name=high]").fill("0")
    card.locator("button:has-text('Save')").click()
    expect(visit.page.locator(".notice").first).to_have_text("Electricity Meter is saved.")
    card.locator("summary:has-text('Set its register')").click()
    card.locator("[name=amount]").fill("0")
    card.locator("button:has-text('Ask the meter')").click()
    expect(visit.page.locator(".notice").first).to_have_text("Electricity Meter is asked.")
    expect(card).to_contain_text("Register to be 0.00 kWh")
    visit.page.click("text=30 days")
    expect(card.locator("figcaption")).to_contain_text("30 days ago")


def test_a_meter_that_goes_beyond_its_limits_is_a_pill(
    visit: Visit, engine: Engine, ring: Callable[[], Bus], clock: Standing
) -> None:
    a_house_with_meters(engine)
    visit.sign_in()
    visit.go("/meters?range=month")
    visit.listens()
    ids = {"event_id": new_id(), "kind": "device_active", "camera_id": None, "node_id": None, "device_id": "power"}
    said = {"detail": "11 kW is over 10 kW", "value": 11, "unit": None, "people": None, "happened_at": now()}
    said |= dict.fromkeys(("of_group", "sighting_id", "plate_id", "standing"))
    ring().publish(EventNew.make(clock, "scribe", **ids, **said))
    expect(visit.page.locator("#news")).to_have_text("1 new event")
    visit.page.click("#news")
    expect(visit.page.locator(".meter-ranges [aria-current]")).to_have_text("30 days")
