import re
from typing import Any

import pytest
from sqlalchemy import Engine, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from flaskapp.schedule import form
from services.core.ids import new_id
from services.store import camera, config, link, schedule
from services.store.account_tables import audit
from services.store.schedule import Schedule
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House
from tests.flaskapp.rule.making import a_rule

GOOD: dict[str, Any] = {
    "name": "Nights",
    "enabled": "on",
    "mode_id": "night",
    "mode_after_id": "home",
    "row": ["w0", "new1", "new2"],
    "from-w0": "22:00",
    "to-w0": "6:00",
    "days-w0": ["1", "7"],
    "exception": ["new-e"],
}
NIGHTS = {
    "name": "Nights",
    "windows": [{"days": [1, 7], "from": "22:00", "to": "06:00"}],
    "exceptions": [],
    "enabled": True,
    "mode_id": "night",
    "mode_after_id": "home",
    "exit_delay": False,
}


def post(cast: Cast, path: str = "/schedules/new", **changes: Any) -> TestResponse:
    return cast.owner.post(path, data=GOOD | changes | {"csrf_token": token(cast.owner)})


def the_one(engine: Engine) -> Schedule:
    with engine.connect() as connection:
        (found,) = schedule.all_schedules(connection)
    return found


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(schedule.all_schedules(connection))


def audits(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(audit.c.before_json, audit.c.after_json))]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_schedule_is_entered_with_who_did_it_and_flows_are_told(cast: Cast, engine: Engine) -> None:
    assert post(cast).location == "/schedules"
    found = the_one(engine)
    assert found.values() == NIGHTS
    assert audits(engine) == [(None, NIGHTS)]
    with engine.connect() as connection:
        assert config.version(connection, "schedules") == 2
    page = words(cast.viewer.get("/schedules").text)
    assert "Mon, Sun 22:00–06:00" in page
    assert "Sets Night, then Home" in page


def test_what_was_entered_is_in_the_editor_and_saved_again_it_is_the_same(cast: Cast, engine: Engine) -> None:
    more: dict[str, Any] = {
        "exception": ["a", "b", "c", "d"],
        "date-a": "2026-12-31",
        "from-a": "02:00",
        "to-a": "06:00",
    }
    more |= {"date-b": "2026-12-24", "date-c": "2026-12-31", "from-c": "20:00", "to-c": "21:00", "date-d": ""}
    post(cast, **more)
    before = the_one(engine)
    assert before.exceptions == [
        {"date": "2026-12-24", "windows": []},
        {"date": "2026-12-31", "windows": [{"from": "02:00", "to": "06:00"}, {"from": "20:00", "to": "21:00"}]},
    ]
    page = cast.owner.get(f"/schedules/{before.id}").text
    fields: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]+>", page.partition('class="schedule"')[2]):
        found = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if found.get("type") != "checkbox" or "checked" in tag:
            fields.add(found["name"], found.get("value", "on"))
    for name in re.findall(r'<select name="(\w+)"', page):
        chosen = re.search(rf'name="{name}".*?value="([^"]*)" selected', page, re.DOTALL)
        assert chosen
        fields.add(name, chosen[1])
    cast.owner.post(f"/schedules/{before.id}", data=fields)
    assert the_one(engine) == before


def test_changing_keeps_the_id_and_the_audit_has_both(cast: Cast, engine: Engine) -> None:
    post(cast)
    first = the_one(engine)
    post(cast, f"/schedules/{first.id}", name="Late", enabled="", row=[])
    changed = the_one(engine)
    assert (changed.id, changed.name, changed.windows) == (first.id, "Late", [])
    assert audits(engine)[1] == (first.values(), changed.values())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "A schedule needs a name"),
        ({"name": "x" * 61}, "At most 60 characters"),
        ({"from-w0": "25:00"}, "Times are written like 22:00"),
        ({"to-w0": ""}, "Times are written like 22:00"),
        ({"days-w0": []}, "On which days does it begin?"),
        ({"mode_id": "party"}, "That mode is no more"),
        ({"date-new-e": "2026-02-31"}, "A date, please"),
        ({"date-new-e": "2026-12-24", "from-new-e": "18:00"}, "Times are written like 22:00"),
        ({"from-w0": "sunset-00:30"}, "Where is the house?"),
        ({"date-new-e": "2026-12-24", "from-new-e": "18:00", "to-new-e": "sunrise"}, "Where is the house?"),
    ],
)
def test_what_is_wrong_is_said_kept_and_not_saved(cast: Cast, engine: Engine, wrong: dict[str, Any], said: str) -> None:
    answer = post(cast, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    (field, value), *_ = wrong.items()
    assert not isinstance(value, str) or field == "mode_id" or f'value="{value}"' in answer.text
    assert count(engine) == 0


@pytest.mark.parametrize("number", [51, 250])
def test_more_lines_than_a_schedule_can_have_are_not_cut_silently(cast: Cast, engine: Engine, number: int) -> None:
    keys = [f"w{count}" for count in range(number)]
    lines = {name: value for key in keys for name, value in lines_of(key)}
    answer = post(cast, row=keys, **lines)
    assert answer.status_code == 422
    assert "at most 50 windows" in answer.text
    assert count(engine) == 0
    assert post(cast, row=keys[:50], **lines).status_code == 302
    assert len(the_one(engine).windows) == 50


def lines_of(key: str) -> list[tuple[str, Any]]:
    return [(f"from-{key}", "08:00"), (f"to-{key}", "09:00"), (f"days-{key}", ["1"])]


def test_lines_that_were_typed_and_new_ones_are_told_apart_after_a_mistake(cast: Cast) -> None:
    typed: dict[str, Any] = {"row": ["new1", "new2"], "from-new1": "22:00", "to-new1": "soon", "days-new1": ["1"]}
    page = post(cast, **typed).text
    keys = re.findall(r'name="row" value="([^"]+)"', page)
    assert len(keys) == len(set(keys)) == 3


def test_two_cannot_have_one_name(cast: Cast, engine: Engine) -> None:
    post(cast)
    answer = post(cast, name="nights")
    assert (answer.status_code, count(engine)) == (422, 1)
    assert "There is a schedule of that name already." in answer.text


def test_with_a_place_the_sun_may_be_followed() -> None:
    typed = {"name": "Dark", "row": "a", "from-a": " Sunset - 00:30 ", "to-a": "sunrise", "days-a": "1"}
    made = form.read(form.typed(MultiDict(typed)), new_id(), [], has_place=True)
    assert made.windows == [{"days": [1], "from": "sunset-00:30", "to": "sunrise"}]


def test_deleting_says_what_then_goes_by_no_time(cast: Cast, engine: Engine, house: House) -> None:
    post(cast)
    found = the_one(engine)
    house.camera(schedule_id=found.id)
    a_device(engine, schedule_id=found.id)
    with engine.begin() as connection:
        link.add(connection, a_rule(schedule_id=found.id))
    page = cast.owner.get(f"/schedules/{found.id}").text
    for said in (
        "Front Door will alert at any time.",
        "Siren will act at any time.",
        "Rules will use Garage Door at any time.",
    ):
        assert said in page
    assert "Front Door alerts by it. Rules by it: Siren, Garage Door" in words(cast.viewer.get("/schedules").text)
    before = len(audits(engine))
    post(cast, f"/schedules/{found.id}/remove")
    assert count(engine) == 0
    with engine.connect() as connection:
        one = camera.find(connection, "front-door")
    assert one and one.schedule_id is None
    freed = ({"schedule_id": found.id}, {"schedule_id": None})
    assert audits(engine)[before:] == [freed, freed, freed, (NIGHTS, None)]


def test_only_an_owner_changes_schedules(cast: Cast, engine: Engine) -> None:
    post(cast)
    found = the_one(engine)
    for path in ("/schedules/new", f"/schedules/{found.id}", f"/schedules/{found.id}/remove"):
        assert cast.viewer.post(path, data=GOOD | {"csrf_token": token(cast.viewer)}).status_code == 403
    assert "Save" not in cast.viewer.get(f"/schedules/{found.id}").text
    assert cast.stranger.get("/schedules").status_code == 302


@pytest.mark.parametrize("path", [f"/schedules/{new_id()}", f"/schedules/{new_id()}/remove"], ids=["page", "remove"])
def test_what_is_not_there_is_not_found(cast: Cast, path: str) -> None:
    assert post(cast, path).status_code == 404


def test_what_it_sets_may_begin_with_the_exit_delay(cast: Cast, engine: Engine) -> None:
    post(cast, exit_delay="on")
    found = the_one(engine)
    assert found.exit_delay is True
    assert re.search(r'name="exit_delay"\s+checked', cast.viewer.get(f"/schedules/{found.id}").text)
