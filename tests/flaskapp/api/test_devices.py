from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from services.store import command, config, device
from services.store.command import Command
from tests.flaskapp.api.conftest import Programs, audits
from tests.flaskapp.conftest import Cast
from tests.flaskapp.device.test_switching import an_output, commands
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import NOON


def version(engine: Engine) -> int:
    with engine.connect() as connection:
        return config.version(connection, device.NOUN)


def test_devices_are_told_with_what_they_say_and_what_is_set(programs: Programs, engine: Engine) -> None:
    an_output(engine, "siren", longest_on_s=20, is_on=True, is_on_since=NOON)
    (found,) = programs.viewer.get("/devices")["devices"]
    assert found == programs.viewer.get("/devices/siren")
    assert (found["id"], found["longest_on_s"], found["is_on"]) == ("siren", 20, True)
    assert found["is_on_since"] == "2026-11-20T12:00:00.000000Z"


def test_a_device_that_is_none_is_said(programs: Programs) -> None:
    for method, path in (("GET", "/devices/no"), ("PATCH", "/devices/no"), ("POST", "/devices/no/command")):
        assert programs.owner.ask(method, path, None if method == "GET" else {}).status_code == 404


def test_an_id_in_other_letters_is_none(programs: Programs, cast: Cast) -> None:
    for method, path in (("GET", "/devices/é"), ("PATCH", "/devices/é"), ("POST", "/devices/é/command")):
        assert programs.owner.ask(method, path, None if method == "GET" else {}).status_code == 404
    assert cast.owner.get("/cameras/é").status_code == 404
    for path in ("/events?device=é", "/events?camera=é", "/events?kind=é", "/rulings?device=é", "/rulings?camera=é"):
        assert programs.owner.ask("GET", path).status_code == 422


def test_what_is_sent_is_changed_and_the_rest_stays(programs: Programs, cast: Cast, engine: Engine) -> None:
    an_output(engine, group_name="Attic", longest_on_s=20)
    before = version(engine)
    answer = programs.owner.ask("PATCH", "/devices/siren", {"name": " Big  siren ", "longest_on_s": None})
    assert answer.status_code == 200
    found = answer.get_json()
    assert (found["name"], found["group"], found["longest_on_s"]) == ("Big siren", "Attic", None)
    changed = ({"name": None, "longest_on_s": 20}, {"name": "Big siren", "longest_on_s": None})
    assert audits(engine) == [(cast.owner_id, "device.update", "siren", *changed)]
    assert version(engine) == before + 1


def test_a_device_is_new_no_longer_when_a_program_saves_it(programs: Programs, engine: Engine) -> None:
    an_output(engine, confirmed_at=None)
    assert programs.owner.get("/devices/siren")["is_new"] is True
    assert programs.owner.ask("PATCH", "/devices/siren", {}).get_json()["is_new"] is False
    assert audits(engine)[0][3:] == ({"confirmed": False}, {"confirmed": True})


def test_what_is_the_same_is_not_written_again(programs: Programs, engine: Engine) -> None:
    an_output(engine)
    assert programs.owner.ask("PATCH", "/devices/siren", {"enabled": True}).status_code == 200
    assert audits(engine) == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"nme": "x"}, "nme"),
        ({"name": ""}, "name"),
        ({"enabled": "yes"}, "enabled"),
        ({"interval_s": 0}, "interval_s"),
        ({"interval_s": 1.5}, "interval_s"),
        ({"latch_s": 3}, "latch_s"),
        ({"schedule_id": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51"}, "schedule_id"),
        ({"stale_after_s": 9}, "stale_after_s"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_changes(
    programs: Programs, engine: Engine, sent: dict[str, Any], field: str
) -> None:
    an_output(engine)
    before = programs.owner.get("/devices/siren")
    answer = programs.owner.ask("PATCH", "/devices/siren", sent)
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == [field]
    assert programs.owner.get("/devices/siren") == before
    assert audits(engine) == []


def test_a_count_needs_its_seconds_whether_sent_or_there_before(programs: Programs, engine: Engine) -> None:
    a_device(engine, "pir", rate_count=3, rate_s=10)
    assert programs.owner.ask("PATCH", "/devices/pir", {"rate_count": 4}).status_code == 200
    answer = programs.owner.ask("PATCH", "/devices/pir", {"rate_s": None})
    assert answer.get_json()["fields"] == {"rate_s": "Both numbers, please, or none."}


def test_an_order_is_a_row_with_who_gave_it(programs: Programs, cast: Cast, engine: Engine) -> None:
    an_output(engine, longest_on_s=20)
    answer = programs.owner.ask("POST", "/devices/siren/command", {"on": True, "seconds": 30})
    assert answer.status_code == 201
    (made,) = commands(engine)
    assert answer.get_json()["id"] == made.id
    assert (made.ordered_by, made.is_on, made.seconds, made.state) == ("Anna", True, 20, "due")
    assert made.expires_at == NOON + timedelta(seconds=120)
    after = {"command_id": made.id, "on": True, "seconds": 20, "by": "Anna"}
    assert audits(engine) == [(cast.owner_id, "output.switch", "siren", None, after)]


def test_off_is_until_it_is_switched_on(programs: Programs, engine: Engine) -> None:
    an_output(engine)
    programs.owner.ask("POST", "/devices/siren/command", {"on": False})
    assert [(one.is_on, one.seconds) for one in commands(engine)] == [(False, None)]


def test_a_speaker_says_a_text(programs: Programs, engine: Engine) -> None:
    an_output(engine, "hall", kind="speaker")
    answer = programs.owner.ask("POST", "/devices/hall/command", {"text": " Who  is there? "})
    assert answer.get_json()["text"] == "Who is there?"
    refused = programs.owner.ask("POST", "/devices/hall/command", {"text": " "})
    assert refused.get_json()["fields"] == {"text": "What is it to say?"}
    for more in ({"on": True}, {"seconds": 3}):
        refused = programs.owner.ask("POST", "/devices/hall/command", {"text": "Hello", **more})
        assert refused.get_json()["fields"] == dict.fromkeys(more, "Null, please.")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "on"),
        ({"on": True, "seconds": 0}, "seconds"),
        ({"on": True, "text": "hello"}, "text"),
        ({"on": False, "seconds": 30}, "seconds"),
    ],
)
def test_an_order_that_is_none_switches_nothing(
    programs: Programs, engine: Engine, sent: dict[str, Any], field: str
) -> None:
    an_output(engine)
    answer = programs.owner.ask("POST", "/devices/siren/command", sent)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [field])
    assert commands(engine) == []


def test_what_only_reports_cannot_be_switched(programs: Programs, engine: Engine) -> None:
    a_device(engine, "pir")
    answer = programs.owner.ask("POST", "/devices/pir/command", {"on": True})
    assert answer.get_json()["fields"] == {"on": "It cannot be switched."}


def test_an_order_that_was_given_is_found_again(programs: Programs, engine: Engine) -> None:
    an_output(engine)
    made = programs.owner.ask("POST", "/devices/siren/command", {"on": True}).get_json()
    with engine.connect() as connection:
        found = command.find(connection, made["id"])
    assert isinstance(found, Command)
    assert found.device_id == "siren"


def test_an_input_may_be_a_way_in_and_an_output_cannot(programs: Programs, engine: Engine) -> None:
    a_device(engine)
    a_device(engine, "siren", is_input=False, is_output=True)
    assert programs.owner.ask("PATCH", "/devices/garage-door", {"entry": True}).get_json()["entry"] is True
    refused = programs.owner.ask("PATCH", "/devices/siren", {"entry": True})
    assert (refused.status_code, refused.get_json()["fields"]) == (
        422,
        {"entry": "It reports nothing, so nothing holds it."},
    )
