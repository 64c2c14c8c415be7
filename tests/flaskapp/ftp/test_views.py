import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from flaskapp.ftp import views
from services.core import machine_password
from services.store import ftp_user
from services.store.account_tables import audit
from services.store.ftp_user import FtpUser
from tests.flaskapp.conftest import Cast, token
from tests.flaskapp.house import House

PAGE = "/ftp"


def make(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post(PAGE, data={"csrf_token": token(client, PAGE)} | fields)


def act(client: FlaskClient, name: str, action: str, **fields: str) -> TestResponse:
    return client.post(f"{PAGE}/{name}/{action}", data={"csrf_token": token(client, PAGE)} | fields)


def shown(answer: TestResponse) -> str:
    (password,) = re.findall(r'readonly value="([a-z0-9]{16})"', answer.text)
    return str(password)


def everyone(engine: Engine) -> list[FtpUser]:
    with engine.connect() as connection:
        return ftp_user.everyone(connection)


def audits(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        columns = (audit.c.action, audit.c.noun_id, audit.c.before_json, audit.c.after_json)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit.c.id))]


def test_a_new_camera_gets_a_user_whose_password_is_shown_once(cast: Cast, engine: Engine) -> None:
    answer = make(cast.owner, **{"for": "new", "name": "Front  Door"})
    password = shown(answer)
    (made,) = everyone(engine)
    assert (made.name, made.camera_id, made.enabled) == ("front-door", "front-door", True)
    assert machine_password.fits(made.password_hash, password)
    assert answer.headers["Cache-Control"] == "no-store"
    again = cast.owner.get(PAGE).text
    assert password not in again
    assert "front-door" in again
    assert password not in str(audits(engine))
    assert made.password_hash not in str(audits(engine))
    assert audits(engine)[0][:2] == ("ftp_user.add", "front-door")


def test_a_camera_has_one_user_and_is_not_offered_again(cast: Cast, house: House, engine: Engine) -> None:
    house.camera("Drive")
    assert make(cast.owner, **{"for": "front-door"}).status_code == 200
    again = make(cast.owner, **{"for": "front-door"})
    assert again.status_code == 422
    assert "has a user already" in again.text
    assert 'value="front-door"' not in again.text
    assert len(everyone(engine)) == 1


def test_shared_users_are_told_apart_by_their_names(cast: Cast, engine: Engine) -> None:
    for _ in range(2):
        make(cast.owner, **{"for": "shared"})
    assert [(one.name, one.camera_id) for one in everyone(engine)] == [("cameras", None), ("cameras-2", None)]


def test_a_new_password_takes_the_place_of_the_one_before(cast: Cast, engine: Engine) -> None:
    first = shown(make(cast.owner, **{"for": "shared"}))
    second = shown(act(cast.owner, "cameras", "password"))
    (one,) = everyone(engine)
    assert machine_password.fits(one.password_hash, second)
    assert not machine_password.fits(one.password_hash, first)
    assert audits(engine)[-1][0] == "ftp_user.password"


def test_a_user_is_switched_off_and_deleted(cast: Cast, engine: Engine) -> None:
    make(cast.owner, **{"for": "shared"})
    assert act(cast.owner, "cameras", "switch", enabled="no").status_code == 302
    assert [one.enabled for one in everyone(engine)] == [False]
    assert act(cast.owner, "cameras", "remove").status_code == 302
    assert everyone(engine) == []
    assert [row[0] for row in audits(engine)] == ["ftp_user.add", "ftp_user.change", "ftp_user.delete"]


def test_only_owners_see_and_change_who_may_send(cast: Cast, engine: Engine) -> None:
    assert cast.viewer.get(PAGE).status_code == 403
    data = {"csrf_token": token(cast.viewer, "/account"), "for": "shared"}
    assert cast.viewer.post(PAGE, data=data).status_code == 403
    assert everyone(engine) == []


def test_what_cannot_be_is_said_and_nothing_is_made(cast: Cast, engine: Engine) -> None:
    assert make(cast.owner, **{"for": "new", "name": " "}).status_code == 422
    assert make(cast.owner, **{"for": "new", "name": "x" * 121}).status_code == 422
    assert make(cast.owner, **{"for": "no-such-camera"}).status_code == 404
    assert act(cast.owner, "nobody", "password").status_code == 404
    assert everyone(engine) == []


@pytest.mark.parametrize("port", ["", ":8000"])
@pytest.mark.parametrize("host", ["house.lan", "[fd00::5]", "[fd00::a]"])
def test_the_address_is_the_one_by_which_the_gallery_is_reached(app: Flask, host: str, port: str) -> None:
    with app.test_request_context(PAGE, base_url=f"http://{host}{port}"):
        assert views.host() == host
