import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.core.ids import new_id
from services.store import config, person, zone
from services.store.account_tables import audit
from services.store.zone import ZONE, Zone
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_channel, a_person, whole
from tests.people import somebody

GOOD: dict[str, Any] = {
    "name": "Carla",
    "enabled": "on",
    "user_id": "",
    "labels_of": "chosen",
    "labels": ["person", "dog"],
    "cameras_of": "all",
    "cameras": ["front-door"],
    "zones_of": "all",
    "modes_of": "chosen",
    "modes": ["away", "night"],
    "happenings": ["camera_silent", "node_silent"],
    "breaks_through": ["plate_deny", "person"],
    "per_hour": "12",
    "row": ["w0", "new1"],
    "from-w0": "22:00",
    "to-w0": "7:00",
    "days-w0": ["1", "2", "3", "4", "5"],
}
CARLA = {
    "name": "Carla",
    "user_id": None,
    "enabled": True,
    "cameras": None,
    "labels": ["person", "dog"],
    "zones": None,
    "modes": ["away", "night"],
    "happenings": ["camera_silent", "node_silent"],
    "quiet": [{"days": [1, 2, 3, 4, 5], "from": "22:00", "to": "07:00"}],
    "breaks_through": ["plate_deny", "person"],
    "per_hour": 12,
}


def post(client: FlaskClient, path: str = "/people/new", **changes: Any) -> TestResponse:
    return client.post(path, data=GOOD | changes | {"csrf_token": token(client)})


def the_one(engine: Engine) -> person.Person:
    with engine.connect() as connection:
        (found,) = person.all_people(connection)
    return found


def audits(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        columns = (audit.c.action, audit.c.before_json, audit.c.after_json)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.at, audit.c.id))]


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, "people")


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_what_people_were_once_told_of_and_nothing_tells_is_not_offered_or_named(cast: Cast, engine: Engine) -> None:
    made = somebody(happenings=["camera_silent", "roof_open"])
    with engine.begin() as connection:
        person.add(connection, made)
    assert "Also of: silent camera, panic." in words(cast.viewer.get("/people").text)
    assert "roof" not in cast.owner.get(f"/people/{made.id}").text.lower()


def test_somebody_is_entered_with_who_did_it_and_flows_are_told(cast: Cast, engine: Engine, house: House) -> None:
    house.camera()
    answer = post(cast.owner)
    found = the_one(engine)
    assert answer.location == f"/people/{found.id}#channels"
    assert found.values() == CARLA
    assert audits(engine) == [("person.update", None, CARLA)]
    assert version(engine) == 2
    page = words(cast.viewer.get("/people").text)
    assert "Told of person and dog, while the house is set to Away or Night." in page
    assert "Also of: silent camera, silent node, panic." in page
    assert "Quiet hours Mon–Fri 22:00–07:00; denied plate and person break through." in page
    assert "At most 12 alerts an hour" in page
    assert "No channel: nothing reaches Carla" in page


def fields_of(page: str) -> MultiDict[str, str]:
    """What a browser would send of the editor as it stands."""
    form = page.partition('class="person-form"')[2].partition("</form>")[0]
    fields: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]+>", form):
        found = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if found.get("type") not in ("checkbox", "radio") or " checked" in tag:
            fields.add(found["name"], found.get("value", "on"))
    for name, chosen in re.findall(r'<select name="(\w+)".*?value="([^"]*)" selected', form, re.DOTALL):
        fields.add(name, chosen)
    return fields


def test_what_is_in_the_editor_saved_again_is_the_same(cast: Cast, engine: Engine, house: House) -> None:
    house.camera()
    with engine.begin() as connection:
        drive = Zone(new_id(), ZONE, "Drive", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
        zone.add(connection, "front-door", drive, NOON)
    chosen: dict[str, Any] = {
        "cameras_of": "chosen",
        "zones_of": "chosen",
        "zones": ["Drive"],
        "user_id": cast.viewer_id,
    }
    assert post(cast.owner, **chosen).status_code == 302
    before = the_one(engine)
    assert (before.cameras, before.zones, before.user_id) == (["front-door"], ["Drive"], cast.viewer_id)
    cast.owner.post(f"/people/{before.id}", data=fields_of(cast.owner.get(f"/people/{before.id}").text))
    assert the_one(engine) == before
    assert len(audits(engine)) == 1


def test_a_change_is_written_down_with_what_it_was(cast: Cast, engine: Engine) -> None:
    post(cast.owner)
    before = the_one(engine)
    post(cast.owner, f"/people/{before.id}", per_hour="", enabled="on", row=[])
    assert audits(engine)[1] == (
        "person.update",
        {"quiet": CARLA["quiet"], "per_hour": 12},
        {"quiet": [], "per_hour": None},
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "A person needs a name"),
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"user_id": "nobody"}, "That account is no more"),
        ({"labels": []}, "Choose at least one thing, or all."),
        ({"cameras_of": "chosen", "cameras": ["gone"]}, "One of these cameras is no more"),
        ({"modes": ["party"]}, "One of these modes is no more"),
        ({"happenings": ["moonrise"]}, "One of the choices is no more"),
        ({"breaks_through": ["unicorn"]}, "One of the choices is no more"),
        ({"per_hour": "0"}, "A whole number from 1"),
        ({"per_hour": "1001"}, "A whole number from 1"),
        ({"per_hour": "many"}, "A whole number from 1"),
        ({"per_hour": "²"}, "A whole number from 1"),
        ({"from-w0": "25:00"}, "Times are written like 22:00"),
        ({"from-w0": "sunset"}, "Where is the house?"),
        ({"days-w0": []}, "On which days does it begin?"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    cast: Cast, engine: Engine, wrong: dict[str, Any], said: str
) -> None:
    answer = post(cast.owner, **wrong)
    assert answer.status_code == 422
    assert said in words(answer.text)
    kept = fields_of(answer.text)
    assert kept["name"] == (wrong.get("name", "Carla")).strip()
    assert kept["to-w0"] == "07:00"
    assert audits(engine) == []


def test_a_name_is_given_once(cast: Cast, engine: Engine) -> None:
    post(cast.owner)
    answer = post(cast.owner, name="carla")
    assert answer.status_code == 422
    assert "There is a person of that name already." in answer.text


def test_a_name_is_text_and_nothing_else(cast: Cast) -> None:
    post(cast.owner, name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in cast.owner.get("/people").text


def test_who_has_an_account_may_change_what_they_are_told_but_not_whose_it_is(cast: Cast, engine: Engine) -> None:
    mine = a_person(engine, "Bert", user_id=cast.viewer_id)
    other = a_person(engine, "Dora")
    assert post(cast.viewer, f"/people/{mine}", name="Bert", user_id=cast.owner_id).status_code == 302
    assert (whole(engine, mine).per_hour, whole(engine, mine).user_id) == (12, cast.viewer_id)
    assert post(cast.viewer, f"/people/{other}").status_code == 403
    assert post(cast.viewer, f"/people/{other}", name="").status_code == 403
    assert post(cast.viewer, f"/people/{mine}/remove").status_code == 403
    assert whole(engine, other).per_hour is None


def test_removing_says_what_goes_with_it_and_what_was_told_stays(cast: Cast, engine: Engine, house: House) -> None:
    house.camera()
    anna = a_person(engine)
    a_channel(engine, anna, address="secret@example.org")
    decision_id = house.decision(house.picture(), "not_told")
    house.telling(decision_id, anna, "later", due_at=NOON + timedelta(hours=1))
    page = words(cast.owner.get(f"/people/{anna}/remove").text)
    assert "1 channel goes too: E-mail a…@example.org." in page
    assert "1 alert that waits for a summary is not told any more." in page
    assert post(cast.owner, f"/people/{anna}/remove").location == "/people"
    ((_, before, after),) = audits(engine)
    assert (before["name"], before["channels"][0]["shown"], after) == ("Anna", "a…@example.org", None)
    assert "secret@example.org" not in str(before)
    assert "Nobody yet" in cast.owner.get("/people").text
    assert "<b>Anna</b> later" in cast.owner.get("/alerts").text


def test_somebody_is_muted_for_a_while_and_told_again(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    post(cast.owner, f"/people/{anna}/mute", span="8h")
    assert whole(engine, anna).muted_until == NOON + timedelta(hours=8)
    assert "muted until 20:00" in words(cast.viewer.get("/people").text)
    post(cast.owner, f"/people/{anna}/mute", span="off")
    assert whole(engine, anna).muted_until is None
    eight = "2026-11-20T20:00:00+00:00"
    assert audits(engine) == [
        ("person.mute", {"muted_until": None}, {"muted_until": eight}),
        ("person.mute", {"muted_until": eight}, {"muted_until": None}),
    ]
    assert version(engine) == 4
    assert post(cast.owner, f"/people/{anna}/mute", span="forever").status_code == 400


def test_somebody_who_is_not_there_is_not_found(cast: Cast) -> None:
    nobody = new_id()
    assert cast.owner.get(f"/people/{nobody}").status_code == 404
    assert post(cast.owner, f"/people/{nobody}").status_code == 404
    assert post(cast.owner, f"/people/{nobody}/mute", span="1h").status_code == 404
