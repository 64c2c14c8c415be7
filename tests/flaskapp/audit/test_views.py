from datetime import timedelta

import pytest
from sqlalchemy import Engine

from services.store import audit
from services.store.audit import Change
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import words
from tests.flaskapp.house import NOON, House


@pytest.fixture(autouse=True)
def changed(engine: Engine, house: House) -> None:
    house.camera()
    with engine.begin() as connection:
        audit.write(connection, NOON, None, Change("output.switch", "siren", None, {"on": True, "by": "rule Night"}))
        plan = Change("camera.update", "front-door", {"plan": "keep"}, {"plan": "detect"})
        audit.write(connection, NOON + timedelta(minutes=1), None, plan)


def test_each_change_says_who_made_it_when_and_from_what_to_what(cast: Cast) -> None:
    page = words(cast.owner.get("/audit").text)
    newest = page.index("Camera Front Door: changed plan keep → detect")
    assert newest < page.index("Output siren: ordered on yes by rule Night")


def test_one_kind_can_be_chosen(cast: Cast) -> None:
    page = words(cast.owner.get("/audit?kind=output").text)
    assert "Output siren: ordered" in page
    assert "Front Door: changed" not in page
    assert "No change of that kind." in cast.owner.get("/audit?kind=mode").text


def test_a_persons_own_change_bears_their_name(cast: Cast) -> None:
    form = {"mode_id": "away", "csrf_token": token(cast.owner, "/modes")}
    assert cast.owner.post("/modes/set", data=form).status_code == 302
    page = words(cast.owner.get("/audit").text)
    assert "Anna 12:00 Mode Away: set" in page


def test_older_changes_are_behind_the_page(cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        many = [Change("camera.update", "front-door", {"min_score": 0.5}, {"min_score": 0.6})] * 50
        audit.write_all(connection, NOON + timedelta(hours=1), None, many)
    first = cast.owner.get("/audit").text
    assert first.count("<article") == 50
    older = first.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    rest = cast.owner.get(older).text
    assert rest.count("<article") == 2
    assert "That is the oldest." in rest


@pytest.mark.parametrize("place", ["x", "1.x", "1."])
def test_a_place_that_is_none_is_refused(cast: Cast, place: str) -> None:
    assert cast.owner.get(f"/audit?before={place}").status_code == 400


def test_it_is_for_owners(cast: Cast) -> None:
    assert cast.viewer.get("/audit").status_code == 403
    assert 'href="/audit"' in cast.owner.get("/more").text
    assert 'href="/audit"' not in cast.viewer.get("/more").text
