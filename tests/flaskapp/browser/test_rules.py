"""Rules, outputs and the panic button, as a person uses them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Engine, select

from services.core.bus import Bus
from services.core.ids import new_id
from services.core.rule_messages import TriggerRuling
from services.store import event, link
from services.store.link import Link
from services.store.rule_tables import command
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House, Standing
from tests.flaskapp.rule.making import a_rule, an_action, an_input

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def furnished(engine: Engine, house: House) -> None:
    now = datetime.now(UTC)
    a_device(engine, "garage-pir", called="Garage PIR", kind="motion", last_seen_at=now)
    an_output(engine, last_seen_at=now, is_on=False, is_on_since=now, group_name="Noise")
    house.camera()


def rules(engine: Engine) -> list[Link]:
    with engine.connect() as connection:
        return link.all_links(connection)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_rule_is_made_on_a_phone(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.go("/rules")
    page.click("main >> text=Add a rule")
    page.select_option("[name=what-i0]", label="Garage PIR")
    page.select_option("[name=moment-i0]", label="triggers")
    page.check("[name=act_in][value=chosen]")
    page.get_by_label("Away", exact=True).check()
    page.select_option("[name=do-a0]", label="Switch on")
    page.select_option("[name=output-a0]", label="Siren")
    page.fill("[name=seconds-a0]", "soon")
    page.click(".save-bar button")
    expect(page.locator(".problem")).to_contain_text("For how many seconds?")
    visit.complaints = [line for line in visit.complaints if "422" not in line]
    expect(page.locator("[name=seconds-a0]")).to_have_value("soon")
    page.fill("[name=seconds-a0]", "30")
    page.click("text=Add another action")
    page.select_option("[name=do-a1]", label="Tell people")
    assert fits(page), "wider than the screen"
    page.fill("[name=text-a1]", "Somebody is in the garage")
    page.press("[name=text-a1]", "Enter")
    expect(page.locator(".says")).to_have_text(
        "When Garage PIR triggers while away, switch on Siren for 30 s and tell everybody “Somebody is in the garage”."
    )
    assert fits(page), "wider than the screen"
    (made,) = rules(engine)
    assert (made.modes, [one["kind"] for one in made.actions]) == (["away"], ["switch", "alert"])


def test_a_word_of_a_rule_leads_to_where_it_is_changed_and_one_tap_switches_it_off(
    visit: Visit, engine: Engine
) -> None:
    with engine.begin() as connection:
        link.add(connection, a_rule(actions=[an_action(seconds=30.0)]))
    visit.sign_in()
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.go("/rules")
    page.locator(".says").get_by_text("30 s").click()
    expect(page.locator("#a0")).to_be_in_viewport()
    page.fill("[name=seconds-a0]", "45")
    page.click(".save-bar button")
    expect(page.locator(".says")).to_contain_text("for 45 s")
    page.click(".toggle")
    expect(page.locator(".notice")).to_have_text("Siren is switched off.")
    expect(page.locator(".toggle")).to_have_attribute("aria-checked", "false")
    assert [one.enabled for one in rules(engine)] == [False]


def test_choosing_a_camera_offers_its_labels_and_lines_come_and_go(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    page = visit.page
    visit.go("/rules/new")
    page.fill("[name=name]", "Greeting")
    page.select_option("[name=what-i0]", label="Front Door")
    page.click("summary:has-text('sees anything arrive')")
    page.get_by_label("person", exact=True).check()
    page.click("text=Add another input")
    expect(page.locator("[name=what-i1]")).to_be_visible()
    page.get_by_label("Remove this input").nth(1).click()
    expect(page.locator("[name=what-i1]")).to_have_count(0)
    expect(page.locator("[name=name]")).to_have_value("Greeting")
    page.select_option("[name=do-a0]", label="Set the house to a mode")
    page.select_option("[name=mode-a0]", label="Home")
    page.click(".save-bar button")
    expect(page.locator(".says")).to_have_text("When Front Door sees a person arrive, set the house to Home.")
    (made,) = rules(engine)
    assert made.inputs == [an_input("camera", "front-door", labels=["person"])]


def test_a_rule_is_made_without_javascript(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    browser = visit.page.context.browser
    assert browser
    plain = browser.new_context(
        reduced_motion="reduce", java_script_enabled=False, storage_state=visit.page.context.storage_state()
    )
    page = plain.new_page()
    page.goto(visit.url + "/rules/new")
    page.select_option("[name=what-i0]", label="Front Door")
    page.click("#i0 >> text=Show what else can be said")
    page.click("summary:has-text('sees anything arrive')")
    page.get_by_label("person", exact=True).check()
    page.select_option("[name=do-a0]", label="Switch on")
    page.click("#a0 >> text=Show what else can be said")
    page.select_option("[name=output-a0]", label="Siren")
    page.click(".save-bar button")
    expect(page.locator(".says")).to_have_text("When Front Door sees a person arrive, switch on Siren.")
    plain.close()
    assert len(rules(engine)) == 1


def test_the_table_of_rules_is_there_where_there_is_room(visit: Visit, engine: Engine) -> None:
    made = a_rule()
    with engine.begin() as connection:
        link.add(connection, made)
    visit.sign_in()
    page = visit.page
    visit.go("/rules")
    cross = page.get_by_role("switch", name="Garage PIR switches on Siren")
    if page.viewport_size and page.viewport_size["width"] < 500:
        expect(page.locator(".matrix")).to_be_hidden()
        return
    cross.click()
    expect(page.locator(".notice")).to_have_text("Siren is switched off.")
    assert [one.enabled for one in rules(engine)] == [False]


def test_an_output_is_switched_on_and_says_that_the_order_waits(visit: Visit, engine: Engine) -> None:
    visit.sign_in()
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.go("/devices")
    card = page.locator("#device-siren")
    expect(card).to_contain_text("Off since")
    card.get_by_label("For how many seconds").fill("10")
    card.get_by_role("button", name="On").click()
    expect(page.locator(".notice")).to_have_text("Siren is being switched on for 10 s.")
    expect(page.locator("#device-siren")).to_contain_text("On for 10 s, by Anna: waits to be sent")
    page.locator("#group-Noise").get_by_role("button", name="All off").click()
    expect(page.locator(".notice")).to_have_text("Siren is being switched off.")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    assert fits(page), "wider than the screen"
    with engine.connect() as connection:
        orders = connection.execute(select(command.c.is_on, command.c.seconds).order_by(command.c.made_at)).all()
    assert [tuple(one) for one in orders] == [(True, 10), (False, None)]


def test_panic_takes_two_taps(visit: Visit, engine: Engine) -> None:
    with engine.begin() as connection:
        link.add(connection, a_rule(inputs=[an_input("panic", None)], actions=[an_action(seconds=120.0)]))
    visit.sign_in()
    page = visit.page
    page.set_viewport_size(PHONE)
    visit.go("/modes")
    page.click("text=Panic …")
    expect(page.locator("main")).to_contain_text("When somebody presses Panic, switch on Siren for 2 min.")
    assert fits(page), "wider than the screen"
    with engine.connect() as connection:
        assert event.panics(connection, datetime.now(UTC)) == []
    page.click("text=Yes, panic")
    expect(page.locator(".notice")).to_have_text("Panic: the rules are acting.")
    with engine.connect() as connection:
        assert len(event.panics(connection, datetime.now(UTC))) == 1


def test_what_triggers_lead_to_is_a_pill_where_it_was_asked_for(
    visit: Visit, ring: Callable[[], Bus], clock: Standing
) -> None:
    visit.sign_in()
    visit.go("/rulings?device=garage-pir")
    visit.listens()
    said = {"source": "event", "camera_id": None, "said": "motion", "outcome": "held", "reasons": ["held"]}
    for device_id in ("garage-pir", "garage-pir", "door"):
        ring().publish(TriggerRuling.make(clock, "scribe", trigger_id=new_id(), device_id=device_id, **said))
    expect(visit.page.locator("#news")).to_have_text("2 new triggers")
