"""The pages of people as a person uses them."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, update

from services.core import mute
from services.store import channel
from services.store.alert_tables import delivery
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.conftest import MUTE_SECRET
from tests.flaskapp.house import House
from tests.flaskapp.person.cast import a_channel, a_person, ways, whole

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC)


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen, also in what is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_somebody_is_entered_and_what_was_typed_wrong_is_kept(visit: Visit, engine: Engine, house: House) -> None:
    house.camera()
    visit.sign_in()
    visit.go("/people")
    visit.page.click("text=Add a person")
    expect(visit.page.locator(".of-chosen").first).to_be_hidden()
    visit.page.check("[name=labels_of][value=chosen]")
    visit.page.check("[name=labels][value=dog]")
    visit.page.fill("[name=per_hour]", "many")
    assert fits(visit.page)
    visit.page.click("button:has-text('Save')")
    expect(visit.page.locator("[name=name]")).to_be_focused()
    expect(visit.page.locator("[name=per_hour]")).to_have_value("many")
    expect(visit.page.locator("[name=labels][value=dog]")).to_be_checked()
    visit.complaints = [line for line in visit.complaints if "422" not in line]
    visit.page.fill("[name=name]", "Dora")
    visit.page.fill("[name=per_hour]", "5")
    visit.page.click("button:has-text('Save')")
    expect(visit.page.locator(".notice")).to_contain_text("Now enter how to reach Dora.")


def test_a_channel_is_tried_at_once_and_says_by_itself_that_it_works(visit: Visit, engine: Engine) -> None:
    anna = a_person(engine)
    visit.sign_in()
    visit.go(f"/people/{anna}")
    visit.page.fill("[name=address]", "secret@example.org")
    visit.page.click("button:has-text('Add and test')")
    state = visit.page.locator(".way-state")
    expect(state).to_contain_text("A test is on its way")
    assert "secret@" not in visit.page.content()
    assert fits(visit.page)
    with engine.begin() as connection:
        connection.execute(update(delivery).values(state="sent", sent_at=now()))
        (one,) = channel.of(connection, anna)
        channel.tried(connection, one.id, now(), None)
    expect(state).to_contain_text("Works: accepted")
    visit.page.click(".of-one button:has-text('Test this channel')")
    expect(state).to_contain_text("A test is on its way")


def test_quiet_hours_are_lines_and_at_a_desk_drawn_into_the_week(visit: Visit, engine: Engine) -> None:
    anna = a_person(engine, quiet=[{"days": [1, 2], "from": "22:00", "to": "07:00"}])
    visit.sign_in()
    visit.go(f"/people/{anna}")
    size = visit.page.viewport_size
    assert size
    if size["width"] < 600:
        expect(visit.page.locator("[data-grid]")).to_be_hidden()
    else:
        expect(visit.page.locator("[data-block]")).to_have_count(4)
    visit.page.fill("[name=from-new1]", "23:00")
    visit.page.fill("[name=to-new1]", "8:00")
    visit.page.check("[name=days-new1][value='6']")
    visit.page.click("button:has-text('Save')")
    expect(visit.page.locator(".card.person")).to_contain_text("Mon, Tue 22:00–07:00, Sat 23:00–08:00")
    assert whole(engine, anna).quiet[1] == {"days": [6], "from": "23:00", "to": "08:00"}


def test_channels_are_put_in_order_and_removed(visit: Visit, engine: Engine) -> None:
    anna = a_person(engine)
    first, second = a_channel(engine, anna), a_channel(engine, anna, "telegram", "1234567", shown="…67")
    visit.sign_in()
    visit.go(f"/people/{anna}")
    visit.page.click(f"#channel-{second} button:has-text('Try earlier')")
    expect(visit.page.locator(".of-one > li").first).to_have_id(f"channel-{second}")
    visit.page.click(f"#channel-{first} summary")
    visit.page.click(f"#channel-{first} button:has-text('Remove it')")
    expect(visit.page.locator(".of-one > li")).to_have_count(1)
    assert [one.id for one in ways(engine, anna)] == [second]


def test_an_alerts_link_mutes_without_an_account(visit: Visit, engine: Engine) -> None:
    anna = a_person(engine)
    visit.go(f"/mute/{mute.token(MUTE_SECRET, anna, now())}")
    assert fits(visit.page)
    visit.page.click("text=For 8 hours")
    expect(visit.page.locator("h1")).to_contain_text("No alerts for Anna until")
    muted = whole(engine, anna).muted_until
    assert muted and 7.9 < (muted - now()).total_seconds() / 3600 <= 8
    visit.sign_in()
    visit.go("/people")
    expect(visit.page.locator(".muted")).to_contain_text("muted until")
    visit.page.click("text=Tell Anna again")
    expect(visit.page.locator(".muted")).to_have_count(0)


def test_somebody_is_entered_without_javascript(visit: Visit, chromium: Browser, engine: Engine) -> None:
    a_person(engine)
    context = chromium.new_context(
        reduced_motion="reduce", java_script_enabled=False, viewport=visit.page.viewport_size
    )
    plain = Visit(context.new_page(), visit.url)
    plain.sign_in()
    plain.go("/people/new")
    plain.page.fill("[name=name]", "Dora")
    plain.page.fill("[name=from-new1]", "22:00")
    plain.page.fill("[name=to-new1]", "6:00")
    plain.page.check("[name=days-new1][value='7']")
    plain.page.click("button:has-text('Save')")
    plain.page.fill("[name=address]", "dora@example.org")
    plain.page.click("button:has-text('Add and test')")
    expect(plain.page.locator(".way-state")).to_contain_text("A test is on its way")
    plain.go("/people")
    expect(plain.page.locator(".card.person").last).to_contain_text("Quiet hours Sun 22:00–06:00.")
    context.close()


def test_alerts_of_one_person_are_a_tap_away(visit: Visit, engine: Engine, house: House) -> None:
    house.camera()
    anna = a_person(engine)
    for outcome in ("told", "not_told"):
        decision_id = house.decision(house.picture(at=now()), "told", now(), reasons=[f"a reason: {outcome}"])
        house.telling(decision_id, anna, outcome, now())
    visit.sign_in()
    visit.go("/people")
    visit.page.click(".card.person >> text=Alerts")
    expect(visit.page.locator("article.alert")).to_have_count(2)
    assert fits(visit.page)
    visit.page.click(".chips >> text=Not told")
    expect(visit.page.locator("article.alert")).to_have_count(1)
    expect(visit.page.locator("article.alert")).to_contain_text("Anna not told")
