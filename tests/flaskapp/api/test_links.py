from typing import Any

import pytest
from sqlalchemy import Engine

from services.core.ids import new_id
from services.store import config, link
from tests.flaskapp.api.conftest import Programs, audits
from tests.flaskapp.conftest import Cast
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House
from tests.flaskapp.plate.test_views import a_plate
from tests.flaskapp.rule.making import a_rule, an_action, an_input

WANTED: dict[str, Any] = {
    "name": "Siren at night",
    "inputs": [{"kind": "device", "id": "garage-pir"}],
    "actions": [{"kind": "switch", "id": "siren", "on": True, "seconds": 30}],
}


@pytest.fixture(autouse=True)
def parts(engine: Engine) -> None:
    a_device(engine, "garage-pir")
    an_output(engine)
    an_output(engine, "hall", kind="speaker")


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, link.NOUN)


def test_a_rule_is_entered_read_replaced_and_removed(programs: Programs, cast: Cast, engine: Engine) -> None:
    made = programs.owner.ask("POST", "/links", WANTED)
    assert made.status_code == 201
    rule = made.get_json()
    assert rule["inputs"] == [an_input()]
    assert rule["actions"] == [an_action(seconds=30.0)]
    assert programs.viewer.get("/links") == {"links": [rule]}
    assert programs.viewer.get(f"/links/{rule['id']}") == rule
    put = programs.owner.ask("PUT", f"/links/{rule['id']}", WANTED | {"modes": ["away"], "enabled": False})
    assert put.get_json() == rule | {"modes": ["away"], "enabled": False}
    assert programs.owner.ask("DELETE", f"/links/{rule['id']}").status_code == 204
    assert programs.owner.ask("GET", f"/links/{rule['id']}").status_code == 404
    told = [(who, action, noun, before is None, after is None) for who, action, noun, before, after in audits(engine)]
    change = (cast.owner_id, "link.update", rule["id"])
    assert told == [(*change, True, False), (*change, False, False), (*change, False, True)]
    assert version(engine) == 4


def test_a_second_try_with_an_id_of_ones_own_is_refused(programs: Programs, engine: Engine) -> None:
    wanted = WANTED | {"id": new_id()}
    assert programs.owner.ask("POST", "/links", wanted).status_code == 201
    again = programs.owner.ask("POST", "/links", wanted)
    assert again.status_code == 409
    assert again.get_json()["fields"] == {"id": "There is a rule of that id already."}
    assert len(audits(engine)) == 1


def test_two_rules_have_two_names(programs: Programs, engine: Engine) -> None:
    programs.owner.ask("POST", "/links", WANTED)
    other = programs.owner.ask("POST", "/links", WANTED | {"name": "Other"}).get_json()
    for method, path in (("POST", "/links"), ("PUT", f"/links/{other['id']}")):
        answer = programs.owner.ask(method, path, WANTED)
        assert (answer.status_code, list(answer.get_json()["fields"])) == (409, ["name"])
    assert [one["name"] for one in programs.owner.get("/links")["links"]] == ["Other", "Siren at night"]


def test_a_rule_that_is_none_is_said(programs: Programs) -> None:
    for method in ("GET", "PUT", "DELETE"):
        sent = WANTED if method == "PUT" else None
        assert programs.owner.ask(method, f"/links/{new_id()}", sent).status_code == 404


def test_a_rule_of_everything_is_taken(programs: Programs, engine: Engine, house: House) -> None:
    house.camera()
    a_device(engine, "attic-pir", group_name="Attic")
    wanted = WANTED | {
        "inputs": [
            {"kind": "camera", "id": "front-door", "labels": ["person"]},
            {"kind": "device", "id": "garage-pir", "moment": "escalation"},
            {"kind": "panic"},
            {"kind": "plate", "standings": ["deny"], "plates": [a_plate(engine, standing="known")]},
            {"kind": "camera_event", "id": "front-door", "details": ["moving"]},
            {"kind": "group", "id": "Attic", "moment": "last"},
        ],
        "within_s": 60,
        "actions": [
            {"kind": "say", "id": "hall", "text": "Who is there?"},
            {"kind": "alert", "text": "Somebody is there"},
            {"kind": "mode", "id": "away"},
        ],
    }
    answer = programs.owner.ask("POST", "/links", wanted)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [{"kind": "door", "id": "x"}]}, "inputs[0].kind"),
        ({"inputs": [{"kind": "device"}]}, "inputs[0].id"),
        ({"inputs": [{"kind": "device", "id": "gone"}]}, "inputs[0].id"),
        ({"inputs": [{"kind": "device", "id": "siren"}]}, "inputs[0].id"),
        ({"inputs": [{"kind": "panic", "moment": "escalation"}]}, "inputs[0].moment"),
        ({"inputs": [{"kind": "device", "id": "garage-pir", "labels": ["cat"]}]}, "inputs[0].labels"),
        ({"inputs": [{"kind": "camera", "zones": ["Street"]}]}, "inputs[0].zones"),
        ({"within_s": 5}, "within_s"),
        ({"modes": ["party"]}, "modes[0]"),
        ({"modes": []}, "modes"),
        ({"schedule_id": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51"}, "schedule_id"),
        ({"actions": [{"kind": "switch", "id": "siren"}]}, "actions[0].on"),
        ({"actions": [{"kind": "switch", "id": "siren", "on": False, "seconds": 3}]}, "actions[0].seconds"),
        ({"actions": [{"kind": "switch", "id": "siren", "on": True, "seconds": "3"}]}, "actions[0].seconds"),
        ({"actions": [{"kind": "switch", "id": "garage-pir", "on": True}]}, "actions[0].id"),
        ({"actions": [{"kind": "switch_group", "id": "Attic", "on": True}]}, "actions[0].id"),
        ({"actions": [{"kind": "say", "id": "siren", "text": "Hello"}]}, "actions[0].id"),
        ({"actions": [{"kind": "mode", "id": "party"}]}, "actions[0].id"),
        ({"inputs": [{"kind": "plate", "standings": []}]}, "inputs[0].standings"),
        ({"inputs": [{"kind": "plate", "labels": ["car"]}]}, "inputs[0].labels"),
        ({"inputs": [{"kind": "plate", "plates": ["019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51"]}]}, "inputs[0].plates"),
        ({"inputs": [{"kind": "plate", "id": "gone"}]}, "inputs[0].id"),
        ({"inputs": [{"kind": "camera_event", "id": "gone"}]}, "inputs[0].id"),
        ({"inputs": [{"kind": "camera_event", "zones": ["Drive"]}]}, "inputs[0].zones"),
        ({"inputs": [{"kind": "device", "id": "garage-pir", "moment": "last"}]}, "inputs[0].moment"),
        ({"inputs": [{"kind": "camera", "moment": "first"}]}, "inputs[0].moment"),
        ({"actions": [{"kind": "alert", "on": True}]}, "actions[0].on"),
        ({"actions": [{"kind": "alert", "people": []}]}, "actions[0].people"),
    ],
)
def test_what_is_wrong_is_said_by_its_path_and_nothing_is_entered(
    programs: Programs, engine: Engine, change: dict[str, Any], field: str
) -> None:
    answer = programs.owner.ask("POST", "/links", WANTED | change)
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == [field]
    assert programs.owner.get("/links") == {"links": []}
    assert audits(engine) == []


def test_a_rule_made_on_the_page_reads_the_same(programs: Programs, engine: Engine) -> None:
    made = a_rule(modes=["away"], within_s=None)
    with engine.begin() as connection:
        link.add(connection, made)
    (found,) = programs.owner.get("/links")["links"]
    assert {name: found[name] for name in made.values()} == made.values()
