"""Tokens, and settings as a file, as a person uses them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from tests.flaskapp.browser.conftest import Visit
from tests.flaskapp.house import House
from tests.flaskapp.setting.test_file import a_house

pytestmark = pytest.mark.browser
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_token_is_made_copied_and_revoked(visit: Visit) -> None:
    visit.sign_in()
    visit.go("/account")
    visit.page.click("main >> text=Tokens")
    visit.page.fill("main [name=name]", "Home Assistant")
    visit.page.click("text=Make a token")
    made = visit.page.locator("[data-select]").input_value()
    assert visit.page.evaluate(WIDTH) <= 0, "wider than the screen"
    shown = {"Authorization": f"Bearer {made}"}
    assert visit.page.request.get(f"{visit.url}/api/v1/mode", headers=shown).status == 200
    visit.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    visit.page.get_by_role("button", name="Revoke").click()
    expect(visit.page.locator(".notice")).to_contain_text("Home Assistant is revoked")
    assert visit.page.request.get(f"{visit.url}/api/v1/mode", headers=shown).status == 401


def test_settings_are_taken_away_edited_and_brought_back(
    visit: Visit, engine: Engine, house: House, tmp_path: Path
) -> None:
    a_house(engine, house)
    visit.sign_in()
    visit.go("/settings")
    with visit.page.expect_download() as taking:
        visit.page.click("text=Download the file")
    file = tmp_path / taking.value.suggested_filename
    taking.value.save_as(file)
    file.write_text(file.read_text().replace("name: Siren\n", "name: Loud “siren” <at night>\n"))
    visit.page.set_input_files("[name=file]", str(file))
    visit.page.click("text=Show what would change")
    expect(visit.page.locator(".report")).to_contain_text("Loud “siren” <at night>")
    assert visit.page.evaluate(WIDTH) <= 0, "wider than the screen"
    visit.page.click("text=Import it")
    expect(visit.page.locator(".notice")).to_contain_text("The settings are imported: 1 thing changed.")
    visit.go("/rules")
    expect(visit.page.locator("main")).to_contain_text("Loud “siren” <at night>")
