import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from flaskapp.rule.views import TAB
from services.core.ids import new_id
from services.store import config, link, ruling, schedule, zone
from services.store.link import Link
from services.store.ruling import Ruling
from services.store.schedule import Schedule
from services.store.zone import Zone
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import a_device, audits, words
from tests.flaskapp.house import NOON, House
from tests.flaskapp.person.cast import a_person
from tests.flaskapp.plate.test_views import a_plate
from tests.flaskapp.rule.making import a_rule, an_action, an_input
from tests.store.recordings import recorded_camera

GOOD: dict[str, Any] = {
    "name": "Siren",
    "enabled": "on",
    "input": ["i0"],
    "what-i0": "device:garage-pir",
    "moment-i0": "trigger",
    "act_in": "chosen",
    "modes": ["night", "away"],
    "action": ["a0", "a1"],
    "do-a0": "on",
    "output-a0": "switch:siren",
    "seconds-a0": "30",
    "do-a1": "alert",
    "text-a1": "Somebody is in the garage",
}
VALUES = {
    "name": "Siren",
    "enabled": True,
    "inputs": [an_input()],
    "within_s": None,
    "modes": ["away", "night"],
    "schedule_id": None,
    "actions": [an_action(seconds=30), an_action("alert", None, text="Somebody is in the garage")],
}
GROUP_AND_CAMERA: dict[str, Any] = {
    "input": ["i0", "x"],
    "what-i0": "group:Ground floor",
    "moment-i0": "escalation",
    "what-x": "camera:front-door",
    "labels-x": ["person", "dog"],
    "zones-x": ["Driveway"],
    "every": "all",
    "within": "60",
}

MORE_INPUTS: dict[str, Any] = {
    "input": ["p", "m", "g"],
    "what-p": "camera:front-door",
    "moment-p": "plate",
    "labels-p": "person",
    "what-m": "camera:",
    "moment-m": "camera_event",
    "details-m": ["dark"],
    "what-g": "group:Ground floor",
    "moment-g": "last",
}


@pytest.fixture(autouse=True)
def furnished(engine: Engine, house: House) -> None:
    a_device(engine, "garage-pir", called="Garage PIR", kind="motion", group_name="Ground floor")
    a_device(engine, "siren", called="Siren", kind="siren", is_input=False, is_output=True)
    a_device(engine, "voice", called="Voice", kind="speaker", is_input=False, is_output=True)
    house.camera()
    with engine.begin() as connection:
        zone.add(connection, "front-door", Zone(new_id(), "zone", "Driveway", ((0, 0), (1, 0), (1, 1))), NOON)


def post(cast: Cast, path: str = "/rules/new", **changes: Any) -> TestResponse:
    return cast.owner.post(path, data=GOOD | changes | {"csrf_token": token(cast.owner)})


def enter(engine: Engine, **more: Any) -> Link:
    made = a_rule(**more)
    with engine.begin() as connection:
        link.add(connection, made)
    return made


def rules(engine: Engine) -> list[Link]:
    with engine.connect() as connection:
        return link.all_links(connection)


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, "links")


def test_an_empty_page_says_what_would_be_here_and_has_one_button(cast: Cast) -> None:
    page = cast.owner.get("/rules").text
    assert "No rule yet" in page
    assert page.count('href="/rules/new') == 1
    assert "/rules/new" not in cast.viewer.get("/rules").text


def test_a_rule_is_entered_with_who_did_it_and_flows_are_told(cast: Cast, engine: Engine) -> None:
    answer = post(cast)
    (made,) = rules(engine)
    assert answer.location == f"/rules#rule-{made.id}"
    assert made.values() == VALUES
    assert audits(engine) == [("link.update", made.id, None, VALUES)]
    assert version(engine) == 2
    page = words(cast.viewer.get("/rules").text)
    assert "When Garage PIR triggers while away or night , switch on Siren for 30 s and tell everybody" in page


def test_each_word_of_the_sentence_leads_to_its_place_in_the_form(cast: Cast, engine: Engine) -> None:
    post(cast)
    (made,) = rules(engine)
    page, editor = cast.owner.get("/rules").text, cast.owner.get(f"/rules/{made.id}").text
    for place in ("i0", "modes", "a0", "a1"):
        assert f'href="/rules/{made.id}#{place}"' in page
        assert f'id="{place}"' in editor


def test_inputs_may_be_groups_and_labels_and_zones_of_a_camera(cast: Cast, engine: Engine) -> None:
    post(cast, **GROUP_AND_CAMERA)
    (made,) = rules(engine)
    assert made.inputs == [
        an_input("group", "Ground floor", moment="escalation"),
        an_input("camera", "front-door", labels=["dog", "person"], zones=["Driveway"]),
    ]
    assert made.within_s == 60


def test_inputs_may_be_plates_what_a_camera_reports_and_the_last_of_a_group(cast: Cast, engine: Engine) -> None:
    plate_id = a_plate(engine, owner="Anna", standing="known")
    post(cast, **MORE_INPUTS | {"plates-p": ["deny", plate_id]})
    (made,) = rules(engine)
    assert made.inputs == [
        an_input("plate", "front-door", standings=["deny"], plates=[plate_id]),
        an_input("camera_event", None, details=["dark"]),
        an_input("group", "Ground floor", moment="last"),
    ]
    page = words(cast.owner.get("/rules").text)
    assert "When Front Door reads a denied plate or BAB123 (Anna)" in page
    assert "any camera reports dark or the last in Ground floor is still" in page


@pytest.mark.parametrize(("what", "moment"), [("device:garage-pir", "last"), ("panic:", "plate"), ("camera:", "first")])
def test_what_an_input_cannot_do_is_taken_for_a_trigger(cast: Cast, engine: Engine, what: str, moment: str) -> None:
    post(cast, **{"what-i0": what, "moment-i0": moment})
    (made,) = rules(engine)
    kind, _, found = what.partition(":")
    assert made.inputs == [an_input(kind, found or None)]


def test_what_was_entered_is_in_the_editor_and_saved_again_it_is_the_same(cast: Cast, engine: Engine) -> None:
    more: dict[str, Any] = {"action": ["a0", "a1", "a2", "a3"], "do-a2": "mode", "mode-a2": "away"}
    post(cast, **GROUP_AND_CAMERA, **more, **{"do-a3": "say", "speaker-a3": "voice", "text-a3": "Hello"})
    assert saved_as_shown(cast, engine)


def test_plates_and_reports_that_were_entered_are_saved_again_the_same(cast: Cast, engine: Engine) -> None:
    post(cast, **MORE_INPUTS | {"plates-p": ["deny", a_plate(engine, standing="known")]})
    assert saved_as_shown(cast, engine)


def saved_as_shown(cast: Cast, engine: Engine) -> bool:
    """Sends the editor of the only rule as a browser does; whether that leaves the rule as it was."""
    (before,) = rules(engine)
    page = cast.owner.get(f"/rules/{before.id}").text.partition('id="rule-form"')[2]
    fields: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]+>", page):
        found = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if found.get("type") not in ("checkbox", "radio") or "checked" in tag:
            fields.add(found["name"], found.get("value", "on"))
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        fields.add(name, chosen[1])
    assert cast.owner.post(f"/rules/{before.id}", data=fields).status_code == 302
    return rules(engine) == [before]


def test_more_lines_and_less_keep_what_was_typed(cast: Cast, engine: Engine) -> None:
    page = post(cast, step="input", name="Half").text
    assert re.findall(r'name="input" value="(\w+)"', page) == ["i0", "i1"]
    assert 'name="name" value="Half"' in page
    assert 'value="device:garage-pir" selected' in page
    page = post(cast, step="action").text
    assert re.findall(r'name="action" value="(\w+)"', page) == ["a0", "a1", "a2"]
    page = post(cast, step="drop-a0").text
    assert re.findall(r'name="action" value="(\w+)"', page) == ["a0"]
    assert "Somebody is in the garage" in page
    assert rules(engine) == []


def test_a_choice_shows_what_else_can_be_said(cast: Cast) -> None:
    page = post(cast, step="look", **{"what-i0": "camera:front-door"}).text
    assert 'name="zones-i0" value="Driveway"' in page
    assert 'name="labels-i0" value="person"' in page
    page = post(cast, step="look", **{"what-i0": "camera:front-door", "moment-i0": "plate"}).text
    assert 'name="plates-i0" value="deny"' in page
    assert 'name="labels-i0"' not in page
    page = post(cast, step="look", **{"what-i0": "camera:", "moment-i0": "camera_event", "details-i0": "x"}).text
    assert re.findall(r'name="details-i0" value="(\w+)"( checked)?', page) == [
        *((each, "") for each in ("moving", "still", "lighted", "dark")),
        ("x", " checked"),
    ]


def test_what_a_rule_speaks_of_and_is_not_there_stays_in_its_form_until_somebody_chooses_again(
    cast: Cast, engine: Engine
) -> None:
    plate = an_input("plate", "front-door", plates=[new_id()])
    gone = {"inputs": [an_input(id="gone"), an_input(), plate], "within_s": 30}
    actions = [an_action("say", "voice-2", text="Hello"), an_action("alert", None, people=[new_id()])]
    with engine.begin() as connection:
        link.add(connection, a_rule(**gone, actions=actions))
    (before,) = rules(engine)
    page = cast.owner.get(f"/rules/{before.id}").text
    for kept in (
        'value="device:gone" selected',
        'value="voice-2" selected',
        "somebody who was removed",
        "a plate that was removed",
    ):
        assert kept in page


def test_more_lines_than_a_rule_may_have_are_said_and_not_cut(cast: Cast, engine: Engine) -> None:
    many: dict[str, Any] = {"input": [f"i{place}" for place in range(21)]} | {
        f"what-i{place}": "panic:" for place in range(21)
    }
    answer = post(cast, **many)
    assert answer.status_code == 422
    assert "A rule has at most 20 inputs" in answer.text
    assert rules(engine) == []


def test_people_whom_a_rule_tells_are_chosen_by_name(cast: Cast, engine: Engine) -> None:
    anna = a_person(engine)
    assert "people-a1" in post(cast, step="look").text
    post(cast, **{"people-a1": anna})
    (made,) = rules(engine)
    assert made.actions[1]["people"] == [anna]
    assert "tell Anna" in " ".join(re.sub(r"<[^>]*>", "", cast.owner.get("/rules").text).split())
    assert post(cast, name="Another", **{"people-a1": new_id()}).status_code == 422


def test_only_of_a_camera_that_is_recorded_a_clip_can_be_cut(cast: Cast, engine: Engine) -> None:
    clip: dict[str, Any] = {"action": ["a0"], "do-a0": "clip", "camera-a0": "front-door", "seconds-a0": "90"}
    assert 'value="clip"' not in cast.owner.get("/rules/new").text
    assert "Which camera?" in post(cast, **clip).text
    recorded_camera(engine, "Front Door")
    assert 'value="clip"' in cast.owner.get("/rules/new").text
    assert "From 1 to 540, please" in post(cast, **clip | {"seconds-a0": "541"}).text
    post(cast, **clip)
    (made,) = rules(engine)
    assert made.actions == [an_action("clip", "front-door", seconds=90)]
    assert cast.owner.get(f"/rules/{made.id}").text.count('value="90"') == 1


def test_a_rule_without_a_name_is_called_by_what_it_does(cast: Cast, engine: Engine) -> None:
    post(cast, name="")
    assert [one.name for one in rules(engine)] == ["Garage PIR: Siren on, tell everybody"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"what-i0": ""}, "What triggers it?"),
        ({"what-i0": "device:gone"}, "That is there no more"),
        ({"what-i0": "camera:front-door", "zones-i0": "Pool"}, "Pool is no zone of that camera"),
        ({"what-i0": "camera:", "moment-i0": "plate", "plates-i0": new_id()}, "One of these plates is no more"),
        ({"do-a0": "", "do-a1": ""}, "What does it do?"),
        ({"output-a0": ""}, "Which output?"),
        ({"output-a0": "switch:garage-pir"}, "Which output?"),
        ({"seconds-a0": "soon"}, "For how many seconds?"),
        ({"seconds-a0": "0"}, "For how many seconds?"),
        ({"do-a1": "say"}, "Which speaker?"),
        ({"do-a1": "say", "speaker-a1": "voice", "text-a1": " "}, "What is to be said?"),
        ({"text-a1": "x" * 301}, "At most 300 characters"),
        ({"do-a1": "mode", "mode-a1": "party"}, "Which mode?"),
        ({"modes": []}, "Choose at least one mode"),
        ({"modes": ["party"]}, "One of these modes is no more"),
        ({"schedule_id": new_id()}, "That schedule is no more"),
        (GROUP_AND_CAMERA | {"within": "soon"}, "Within how many seconds"),
    ],
)
def test_what_is_wrong_is_said_kept_and_not_saved(cast: Cast, engine: Engine, wrong: dict[str, Any], said: str) -> None:
    answer = post(cast, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "aria-invalid" in answer.text
    assert wrong.get("name", "Siren") in answer.text
    assert rules(engine) == []


def test_two_cannot_have_one_name(cast: Cast, engine: Engine) -> None:
    post(cast)
    answer = post(cast, name="siren")
    assert (answer.status_code, len(rules(engine))) == (422, 1)
    assert "There is a rule of that name already." in answer.text


def test_changing_keeps_the_id_and_the_audit_has_both(cast: Cast, engine: Engine) -> None:
    first = enter(engine)
    post(cast, f"/rules/{first.id}", name="Louder")
    (changed,) = rules(engine)
    assert (changed.id, changed.name) == (first.id, "Louder")
    assert audits(engine) == [("link.update", first.id, first.values(), changed.values())]


def test_a_rule_is_switched_off_and_on(cast: Cast, engine: Engine) -> None:
    made = enter(engine)
    for enabled in ("0", "0", "1"):
        answer = post(cast, f"/rules/{made.id}/switch", enabled=enabled)
        assert answer.location == f"/rules#rule-{made.id}"
        assert [one.enabled for one in rules(engine)] == [enabled == "1"]
    assert [row[2:] for row in audits(engine)] == [
        ({"enabled": True}, {"enabled": False}),
        ({"enabled": False}, {"enabled": True}),
    ]
    assert version(engine) == 4


def test_removing_says_what_will_no_longer_happen(cast: Cast, engine: Engine) -> None:
    made = enter(engine)
    assert "When Garage PIR triggers, switch on Siren." in cast.owner.get(f"/rules/{made.id}/remove").text
    assert post(cast, f"/rules/{made.id}/remove").location == "/rules"
    assert rules(engine) == []
    assert audits(engine) == [("link.update", made.id, made.values(), None)]


def test_a_rule_says_when_it_last_acted_and_how_often_it_was_held_today(cast: Cast, engine: Engine) -> None:
    made = enter(engine, acted_at=NOON - timedelta(hours=1))
    enter(engine, name="Idle")
    held = [{"link_id": made.id, "name": "Siren", "outcome": "held", "reasons": ["held"]}]
    whens = [NOON, NOON - timedelta(hours=2), NOON - timedelta(days=1)]
    with engine.begin() as connection:
        ruling.write(
            connection,
            [
                Ruling("event", new_id(), "garage-pir", None, "Garage PIR: motion", "held", ["held"], held, when, when)
                for when in whens
            ],
        )
    page = words(cast.viewer.get("/rules").text)
    assert "Last acted 11:00 , held twice today" in page
    assert "Has not acted yet" in page


def test_what_is_in_the_way_of_a_rule_is_said(cast: Cast, engine: Engine) -> None:
    enter(engine, inputs=[an_input(id="gone")])
    assert "There is no device gone any more." in cast.viewer.get("/rules").text


def test_the_table_starts_a_rule_and_switches_one(cast: Cast, engine: Engine) -> None:
    made = enter(engine)
    page = cast.owner.get("/rules").text.partition('class="matrix"')[2]
    assert f'action="/rules/{made.id}/switch"' in page
    start = re.search(r'href="(/rules/new\?input=panic[^"]+)"', page)
    assert start
    editor = cast.owner.get(start[1].replace("&amp;", "&")).text
    assert 'value="panic:" selected' in editor
    assert 'value="switch:siren" selected' in editor


def test_a_schedule_is_offered_and_said(cast: Cast, engine: Engine) -> None:
    nights = Schedule(new_id(), "Nights", [], [], True, None, None)
    with engine.begin() as connection:
        schedule.add(connection, nights)
    post(cast, schedule_id=nights.id)
    assert "during Nights ," in words(cast.viewer.get("/rules").text)


def test_the_tab_in_node_red_is_the_one_called_rules() -> None:
    flows = json.loads((Path(__file__).parents[3] / "nodered" / "flows.json").read_text())
    assert [one["label"] for one in flows if one["id"] == TAB] == ["Rules"]


def test_what_people_typed_is_text_and_nothing_else(cast: Cast) -> None:
    post(cast, name="<script>alert(1)</script>", **{"text-a1": "<i>"})
    page = cast.owner.get("/rules").text
    assert "<script>alert" not in page
    assert "“<i>" not in page


def test_only_an_owner_changes_rules(cast: Cast, engine: Engine) -> None:
    made = enter(engine)
    for path in ("/rules/new", f"/rules/{made.id}", f"/rules/{made.id}/switch", f"/rules/{made.id}/remove"):
        assert cast.viewer.post(path, data=GOOD | {"csrf_token": token(cast.viewer)}).status_code == 403
    assert "Save" not in cast.viewer.get(f"/rules/{made.id}").text
    assert cast.stranger.get("/rules").status_code == 302


@pytest.mark.parametrize("path", [f"/rules/{new_id()}", f"/rules/{new_id()}/remove", f"/rules/{new_id()}/switch"])
def test_what_is_not_there_is_not_found(cast: Cast, path: str) -> None:
    assert post(cast, path).status_code == 404
