import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from flaskapp.account import door, passwords
from services.store import invite, user
from services.store.account_tables import audit
from tests.flaskapp.conftest import PASSWORD, Cast, browser, person, token
from tests.flaskapp.house import NOON, Standing


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def carla(engine: Engine, password_hash: str) -> str:
    return person(engine, "Carla", "viewer", password_hash)


def sign_in(
    client: FlaskClient, name: str, password: str, query: str = "", address: str = "127.0.0.1"
) -> tuple[int, str]:
    data = {"csrf_token": token(client, "/login"), "name": name, "password": password}
    answer = client.post(f"/login{query}", data=data, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code, answer.location or answer.text


def test_it_lets_in_who_knows_the_password(cast: Cast, carla: str, engine: Engine) -> None:
    assert sign_in(cast.stranger, "Carla", PASSWORD) == (302, "/")
    assert cast.stranger.get("/").status_code == 200
    with engine.connect() as connection:
        found = user.find(connection, carla)
    assert found is not None
    assert found.last_login_at == NOON


def test_names_are_compared_without_case(cast: Cast, carla: str) -> None:
    assert sign_in(cast.stranger, " carla ", PASSWORD)[0] == 302


def test_it_goes_back_to_the_page_that_was_wanted_and_never_elsewhere(cast: Cast, carla: str) -> None:
    assert sign_in(cast.stranger, "Carla", PASSWORD, "?next=/alerts") == (302, "/alerts")
    again = browser(cast.stranger.application, None)
    assert sign_in(again, "Carla", PASSWORD, "?next=//evil.example") == (302, "/")


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(cast: Cast, carla: str) -> None:
    def without_token(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    wrong_password = sign_in(cast.stranger, "Carla", "not it at all")
    wrong_name = sign_in(cast.stranger, "Nobody", "not it at all")
    assert wrong_password[0] == wrong_name[0] == 401
    assert without_token(wrong_password[1]) == without_token(wrong_name[1])


def test_too_many_wrong_tries_for_a_name_are_refused_from_anywhere(cast: Cast, carla: str) -> None:
    answers = [sign_in(cast.stranger, "carla", "no", address=f"10.0.0.{number}")[0] for number in range(10)]
    assert answers == [401] * 10
    assert sign_in(cast.stranger, "Carla", PASSWORD, address="10.0.0.99")[0] == 429


def test_another_spelling_of_a_name_gives_no_more_tries(cast: Cast, engine: Engine, password_hash: str) -> None:
    person(engine, "José", "viewer", password_hash)
    for number in range(10):
        sign_in(cast.stranger, "josé", "no", address=f"10.0.0.{number}")
    assert sign_in(cast.stranger, "Jose\u0301", PASSWORD, address="10.0.0.98")[0] == 429
    assert sign_in(cast.stranger, "Jose", PASSWORD, address="10.0.0.99")[0] == 401


def test_a_made_up_forwarding_header_gives_no_more_tries(cast: Cast, carla: str) -> None:
    page, client = "/login", cast.stranger
    for number in range(21):
        data = {"csrf_token": token(client, page), "name": f"name {number}", "password": "no"}
        answer = client.post(page, data=data, headers={"X-Forwarded-For": f"10.1.0.{number}"})
    assert answer.status_code == 429


def test_too_many_wrong_tries_from_an_address_are_refused_for_any_name(cast: Cast, carla: str) -> None:
    answers = [sign_in(cast.stranger, f"name {number}", "no", address="10.0.0.7")[0] for number in range(20)]
    assert answers == [401] * 20
    assert sign_in(cast.stranger, "Carla", PASSWORD, address="10.0.0.7")[0] == 429
    assert sign_in(cast.stranger, "Carla", PASSWORD, address="10.0.0.8")[0] == 302


def test_signing_in_often_is_not_a_crime(cast: Cast, carla: str) -> None:
    for _ in range(12):
        assert sign_in(browser(cast.stranger.application, None), "Carla", PASSWORD)[0] == 302


def test_signing_out_ends_the_session(cast: Cast) -> None:
    answer = cast.viewer.post("/logout", data={"csrf_token": token(cast.viewer)})
    assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/login", '"cache"')
    assert cast.viewer.get("/").status_code == 302


def link(engine: Engine, made: str = "a-token", role: str = "owner") -> str:
    with engine.begin() as connection:
        invite.create(connection, door.token_hash(made), role, NOON, NOON + timedelta(days=1))
    return f"/invite/{made}"


def accept(client: FlaskClient, path: str, name: str = "Dora", password: str = PASSWORD) -> int:
    data = {"csrf_token": token(client, path), "name": name, "password": password}
    return client.post(path, data=data).status_code


def test_the_first_owner_comes_by_the_link_and_is_signed_in(app: Flask, engine: Engine) -> None:
    path, client = link(engine), browser(app, None)
    assert accept(client, path) == 302
    assert client.get("/").status_code == 200
    with engine.connect() as connection:
        made = user.find_by_name(connection, "dora")
        rows = connection.execute(select(audit.c.action, audit.c.noun_id)).all()
    assert made is not None
    assert made.role == "owner"
    assert made.password_hash.startswith("$argon2id$")
    assert rows == [("user.create", made.id)]


def test_a_link_works_once(app: Flask, engine: Engine) -> None:
    path = link(engine)
    late = browser(app, None)
    held = token(late, path)
    assert accept(browser(app, None), path) == 302
    data = {"csrf_token": held, "name": "Emil", "password": PASSWORD}
    assert late.post(path, data=data).status_code == 410
    assert late.get(path).status_code == 410
    with engine.connect() as connection:
        assert user.find_by_name(connection, "Emil") is None


def test_a_link_that_is_too_old_or_made_up_makes_nobody(app: Flask, engine: Engine, clock: Standing) -> None:
    path, client = link(engine), browser(app, None)
    clock.pass_by(86_401)
    assert client.get(path).status_code == 410
    assert client.get("/invite/made-up").status_code == 410


def test_a_taken_name_or_a_short_password_spends_no_link(app: Flask, engine: Engine, cast: Cast) -> None:
    path, client = link(engine), browser(app, None)
    assert accept(client, path, name="anna") == 422
    assert accept(client, path, password="short") == 422
    assert accept(client, path, name="   ") == 422
    assert accept(client, path) == 302


def test_the_link_of_a_viewer_makes_a_viewer(app: Flask, engine: Engine) -> None:
    client = browser(app, None)
    accept(client, link(engine, role="viewer"))
    with engine.connect() as connection:
        made = user.find_by_name(connection, "Dora")
    assert made is not None
    assert made.role == "viewer"


def test_an_owner_makes_a_link_whose_token_is_kept_nowhere(cast: Cast, engine: Engine) -> None:
    page = cast.owner.post("/account/invite", data={"csrf_token": token(cast.owner), "role": "viewer"}).text
    made = re.search(r"/invite/([\w-]+)", page)
    assert made is not None
    with engine.connect() as connection:
        found = door.open_invite(connection, made.group(1), NOON)
        stored = connection.execute(select(audit.c.noun_id, audit.c.after_json)).all()
    assert found is not None
    assert found.role == "viewer"
    assert made.group(1) not in str(stored)


def test_a_new_password_ends_all_other_sessions(app: Flask, cast: Cast, carla: str) -> None:
    here, there = browser(app, carla), browser(app, carla)
    data = {"csrf_token": token(here), "old": PASSWORD, "new": "another long password"}
    assert here.post("/account/password", data=data).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert sign_in(browser(app, None), "Carla", "another long password")[0] == 302


def test_a_new_password_needs_the_old_one(app: Flask, carla: str) -> None:
    here = browser(app, carla)
    data = {"csrf_token": token(here), "old": "wrong", "new": "another long password"}
    assert here.post("/account/password", data=data).status_code == 422


def test_signing_out_everywhere_ends_each_session(app: Flask, carla: str) -> None:
    here, there = browser(app, carla), browser(app, carla)
    here.post("/account/end-sessions", data={"csrf_token": token(here)})
    assert there.get("/").status_code == 302


def test_the_door_says_where_the_first_link_is(app: Flask, engine: Engine) -> None:
    assert "scripts/run" in browser(app, None).get("/login").text
    person(engine, "Anna", "owner")
    assert "scripts/run" not in browser(app, None).get("/login").text
