from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from flaskapp.device.cards import groups
from services.store import command, device
from services.store.command import Command
from services.store.rule_tables import command as command_table
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.device.test_views import a_device, audits, words
from tests.flaskapp.house import NOON


def an_output(engine: Engine, device_id: str = "siren", **more: Any) -> str:
    values = {"called": device_id.capitalize(), "kind": "siren", "is_input": False, "is_output": True}
    return a_device(engine, device_id, **values | more)


def post(cast: Cast, path: str = "/devices/siren/switch", **sent: str) -> TestResponse:
    return cast.owner.post(path, data=sent | {"csrf_token": token(cast.owner)})


def commands(engine: Engine) -> list[Command]:
    with engine.connect() as connection:
        rows = connection.execute(select(command_table).order_by(command_table.c.device_id))
        return [Command(**row._mapping) for row in rows]


def test_an_output_says_whether_it_is_on_and_since_when(cast: Cast, engine: Engine) -> None:
    an_output(engine, is_on=True, is_on_since=NOON - timedelta(hours=1))
    an_output(engine, "light", is_on=False, is_on_since=NOON)
    an_output(engine, "pump")
    page = words(cast.viewer.get("/devices").text)
    for said in ("Siren On since 11:00", "Light Off since 12:00", "Pump Has not said whether it is on"):
        assert said in page


def test_switching_on_is_an_order_with_its_audit_row(cast: Cast, engine: Engine) -> None:
    an_output(engine)
    answer = post(cast, on="1", seconds="30")
    assert answer.location == "/devices#device-siren"
    (made,) = commands(engine)
    assert (made.device_id, made.is_on, made.seconds, made.text) == ("siren", True, 30, None)
    assert (made.ordered_by, made.state, made.link_id) == ("Anna", "due", None)
    assert (made.made_at, made.expires_at) == (NOON, NOON + timedelta(seconds=120))
    after = {"command_id": made.id, "on": True, "seconds": 30, "by": "Anna"}
    assert audits(engine) == [("output.switch", "siren", None, after)]
    page = words(cast.viewer.get("/devices").text)
    assert "On for 30 s, by Anna: waits to be sent" in page


def test_switching_off_asks_for_no_seconds(cast: Cast, engine: Engine) -> None:
    an_output(engine)
    post(cast, on="0", seconds="soon")
    (made,) = commands(engine)
    assert (made.is_on, made.seconds) == (False, None)


@pytest.mark.parametrize(("seconds", "allowed"), [("", 20), ("5", 5), ("50", 20)])
def test_an_output_is_never_on_for_longer_than_it_may(cast: Cast, engine: Engine, seconds: str, allowed: float) -> None:
    an_output(engine, longest_on_s=20)
    post(cast, on="1", seconds=seconds)
    assert [one.seconds for one in commands(engine)] == [allowed]


@pytest.mark.parametrize("seconds", ["soon", "0", "-3", "86401", "nan"])
def test_seconds_that_are_none_are_said_kept_and_switch_nothing(cast: Cast, engine: Engine, seconds: str) -> None:
    an_output(engine)
    answer = post(cast, on="1", seconds=seconds)
    assert answer.status_code == 422
    assert f'name="seconds" value="{seconds}"' in answer.text
    assert 'role="alert"' in answer.text
    assert commands(engine) == []


def test_a_group_is_switched_as_one_and_says_what_of_it_is_on(cast: Cast, engine: Engine) -> None:
    an_output(engine, "light", group_name="Ground floor", is_on=True, is_on_since=NOON)
    an_output(engine, "pump", group_name="Ground floor", longest_on_s=20)
    an_output(engine, "voice", kind="speaker", group_name="Ground floor")
    an_output(engine, "attic-light", group_name="Attic")
    a_device(engine, group_name="Ground floor")
    assert "Ground floor On : Light Light , Pump" in words(cast.viewer.get("/devices").text)
    post(cast, "/device-groups/switch", on="1", group="Ground floor")
    assert [(one.device_id, one.is_on, one.seconds) for one in commands(engine)] == [
        ("light", True, None),
        ("pump", True, 20),
    ]
    assert len(audits(engine)) == 2


def test_a_group_without_outputs_has_no_card(engine: Engine) -> None:
    a_device(engine, group_name="Ground floor")
    with engine.connect() as connection:
        assert groups(device.all_devices(connection)) == []


def test_a_speaker_says_what_it_is_told_to(cast: Cast, engine: Engine) -> None:
    an_output(engine, "voice", kind="speaker")
    post(cast, "/devices/voice/switch", text="  The door  is open ")
    (made,) = commands(engine)
    assert (made.is_on, made.text) == (None, "The door is open")
    assert post(cast, "/devices/voice/switch", text=" ").status_code == 422


def test_what_became_of_the_last_order_is_said(cast: Cast, engine: Engine) -> None:
    an_output(engine)
    order = Command("0" * 36, "siren", "rule Siren", True, 30.0, None, NOON, NOON, state="expired")
    with engine.begin() as connection:
        command.add(connection, [order])
    assert "On for 30 s, by rule Siren: could not be sent 12:00" in words(cast.viewer.get("/devices").text)


@pytest.mark.parametrize("path", ["/devices/garage-door/switch", "/devices/nobody/switch", "/device-groups/switch"])
def test_what_cannot_be_switched_is_not_found(cast: Cast, engine: Engine, path: str) -> None:
    a_device(engine)
    assert post(cast, path, on="1", group="Ground floor").status_code == 404


def test_only_an_owner_switches(cast: Cast, engine: Engine) -> None:
    an_output(engine)
    assert 'name="on"' not in cast.viewer.get("/devices").text
    answer = cast.viewer.post("/devices/siren/switch", data={"on": "1", "csrf_token": token(cast.viewer)})
    assert answer.status_code == 403
    assert commands(engine) == []
