"""Who gets in at the API: whoever shows a token, and nobody else."""

from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import Engine, delete

from flaskapp import guard
from flaskapp.api import door
from flaskapp.api.route import ROUTES
from services.store import token as store
from services.store.account_tables import audit, user
from tests.flaskapp.api.conftest import BASE, Program, Programs
from tests.flaskapp.conftest import Cast
from tests.flaskapp.house import NOON, Standing

PLACES: dict[str, Any] = {"<device_id>": "siren", "<uuid:link_id>": "019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51"}


def path_of(rule: str) -> str:
    for place, value in PLACES.items():
        rule = rule.replace(place, value)
    assert "<" not in rule
    return rule


@pytest.mark.parametrize("one", ROUTES, ids=lambda one: one.name)
def test_nothing_is_answered_without_a_token(programs: Programs, cast: Cast, one: Any) -> None:
    for shown in (None, "hw_wrong", "wrong"):
        answer = Program(programs.stranger.client, shown).ask(one.method, path_of(one.rule))
        assert answer.status_code == 401
        assert answer.get_json()["error"].startswith("Send a token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("one", ROUTES, ids=lambda one: one.name)
def test_a_session_counts_for_nothing(cast: Cast, one: Any) -> None:
    assert cast.owner.get("/devices").status_code == 200
    answer = cast.owner.open(BASE + path_of(one.rule), method=one.method)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("one", [one for one in ROUTES if one.method not in guard.READING], ids=lambda one: one.name)
def test_a_viewer_changes_nothing(programs: Programs, one: Any) -> None:
    answer = programs.viewer.ask(one.method, path_of(one.rule), {})
    assert answer.status_code == 403
    assert answer.get_json() == {"error": "Only an owner may do that.", "fields": {}}


def test_a_viewer_reads(programs: Programs) -> None:
    assert programs.viewer.get("/mode")["mode_id"] == "disarmed"


def test_what_is_not_there_is_said_as_json_to_anybody(programs: Programs) -> None:
    for path in ("/nothing", "/links/7"):
        answer = programs.stranger.ask("GET", path)
        assert (answer.status_code, answer.get_json()["error"]) == (404, "There is nothing here.")
    assert programs.owner.ask("DELETE", "/devices").status_code == 405


def test_a_token_ends_with_its_user(programs: Programs, cast: Cast, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.user_id == cast.viewer_id))
        connection.execute(delete(user).where(user.c.id == cast.viewer_id))
    assert programs.viewer.ask("GET", "/mode").status_code == 401


def test_its_last_use_is_written_down_once_a_minute(
    programs: Programs, cast: Cast, engine: Engine, clock: Standing
) -> None:
    for _ in range(3):
        programs.owner.get("/mode")
        clock.pass_by(25)
    with engine.connect() as connection:
        (used,) = [one.used_at for one in store.of_user(connection, cast.owner_id)]
    assert used == NOON
    clock.pass_by(10)
    programs.owner.get("/mode")
    with engine.connect() as connection:
        assert [one.used_at for one in store.of_user(connection, cast.owner_id)] == [clock.now()]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_is_read_whatever_its_case(programs: Programs, scheme: str) -> None:
    shown = {"Authorization": f"{scheme} {programs.owner.token}"}
    assert programs.stranger.client.get(f"{BASE}/mode", headers=shown).status_code == 200


def test_a_token_that_is_refused_is_logged_with_its_address(programs: Programs) -> None:
    with structlog.testing.capture_logs() as logs:
        Program(programs.stranger.client, "hw_wrong").ask("GET", "/mode")
        programs.stranger.ask("GET", "/mode")
    refused = [one for one in logs if one["event"] == "token_refused"]
    assert refused == [{"event": "token_refused", "log_level": "warning", "address": "127.0.0.1"}]


def test_wrong_tokens_are_counted_by_address(programs: Programs, app: Flask) -> None:
    most = int(door.WRONG.split()[0])
    for number in range(most):
        assert Program(programs.stranger.client, f"hw_{number}").ask("GET", "/mode").status_code == 401
    refused = Program(programs.stranger.client, "hw_next").ask("GET", "/mode")
    assert refused.status_code == 429
    assert refused.get_json()["error"].startswith("Too many requests")
    elsewhere = programs.owner.ask("GET", "/mode", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ("{", "application/json", 400),
        ("[" * 50_000, "application/json", 400),
        ("{}", "text/plain", 415),
        ("[]", "application/json", 422),
        ('{"mode_id": "away", "until": NaN}', "application/json", 422),
        ('{"mode_id": "\\ud800"}', "application/json", 400),
        (" " * 70_000, "application/json", 413),
    ],
)
def test_what_is_no_json_of_ours_is_refused_in_words(programs: Programs, body: str, kind: str, code: int) -> None:
    answer = programs.owner.ask("PUT", "/mode", data=body, content_type=kind)
    assert answer.status_code == code, answer.text
    assert set(answer.get_json()) == {"error", "fields"}
    assert "Traceback" not in answer.text
