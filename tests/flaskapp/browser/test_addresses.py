"""The form by which a camera's address is tried and saved, as a person uses it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select

from services.store import access, access_try
from services.store.access_try import Outcome
from services.store.recording_tables import access_try as tries
from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.browser.test_people import fits
from tests.pictures import jpeg

pytestmark = pytest.mark.browser
PASSWORD = "s3cret-of-the-camera"


def end_last(engine: Engine, how: Outcome) -> None:
    """What the service snapshot does."""
    with engine.begin() as connection:
        newest = connection.scalars(select(tries.c.id).order_by(tries.c.asked_at.desc())).first()
        assert newest is not None
        access_try.end(connection, newest, how)


def test_an_address_is_tried_until_it_works_and_saved_with_the_password_that_was_tried(
    visit: Visit, engine: Engine, tmp_path: Path
) -> None:
    visit.sign_in()
    visit.go("/cameras")
    visit.page.click("text=Add a camera")
    for name, text in (("name", "Porch"), ("host", "192.0.2.7"), ("account", "eve"), ("password", PASSWORD)):
        visit.page.fill(f"[name={name}]", text)
    expect(visit.page.locator("[name=snapshot_url]")).to_be_hidden()
    assert fits(visit.page)
    visit.page.click("text=Try it")
    tried = visit.page.locator("#tried")
    expect(tried).to_contain_text("is being asked for a picture")
    end_last(engine, Outcome("slow", "The camera takes longer than 4 seconds to answer."))
    expect(tried).to_contain_text("The wireless may be too weak there")
    visit.page.click("text=Try it")
    end_last(engine, Outcome("ok", "64 × 48 pixels", jpeg()))
    expect(tried.locator("img")).to_be_visible()
    assert visit.page.evaluate("document.querySelector('#tried img').naturalWidth") == 64
    assert PASSWORD not in visit.page.content()
    visit.page.click(".save-bar button:has-text('Save')")
    expect(visit.page.locator("h1")).to_have_text("Porch")
    with engine.connect() as connection:
        found = access.find(connection, "porch")
    assert found is not None
    assert (found.account, found.password) == ("eve", PASSWORD)


def test_a_camera_of_ones_own_has_addresses_in_place_of_a_host(visit: Visit) -> None:
    visit.sign_in()
    visit.go("/add-camera")
    visit.page.select_option("[name=maker]", "own")
    expect(visit.page.locator("[name=host]")).to_be_hidden()
    expect(visit.page.locator("[name=snapshot_url]")).to_be_visible()
    assert fits(visit.page)
