"""The gallery in a house with a cast: an owner, a viewer, a stranger."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine

from flaskapp import create_app, guard
from services.core.bus import Bus
from services.core.ids import new_id
from services.core.media import Media
from services.core.settings import Settings
from services.store import user
from services.store.user import User
from tests.flaskapp.house import NOON, House, Standing
from tests.peers import MariaDb

PASSWORD = "correct horse battery"
MUTE_SECRET = "a key for links"


@dataclass(frozen=True)
class Cast:
    """Browsers of three people."""

    owner: FlaskClient
    viewer: FlaskClient
    stranger: FlaskClient
    owner_id: str
    viewer_id: str


@pytest.fixture
def settings(migrated: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return migrated.settings(
        data_dir=tmp_path_factory.mktemp("data"),
        gallery_secret_key=SecretStr("a key for tests"),
        mute_secret=SecretStr(MUTE_SECRET),
        time_zone="UTC",
    )


@pytest.fixture
def clock() -> Standing:
    return Standing()


@pytest.fixture
def app(settings: Settings, engine: Engine, clock: Standing) -> Iterator[Flask]:
    """The gallery, with a bus that is not started: the broker is away."""
    made = create_app(settings, engine, clock, Bus(settings, "gallery", clock, durable=False))
    made.config["TESTING"] = True
    guard.limiter.reset()
    yield made


@pytest.fixture
def house(settings: Settings, engine: Engine) -> House:
    return House(engine, Media(settings.media))


def person(engine: Engine, name: str, role: str, password_hash: str = "$argon2id$none") -> str:
    """An account; without a hash nobody can sign in to it by password."""
    with engine.begin() as connection:
        made = User(new_id(), name, password_hash, role, 0, NOON, None)
        user.create(connection, made)
    return made.id


def browser(app: Flask, user_id: str | None) -> FlaskClient:
    """A browser; signed in when it is somebody's."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    if user_id is not None:
        with client.session_transaction() as session:
            session["_user_id"] = f"{user_id}:0"
            session["_fresh"] = True
    return client


@pytest.fixture
def cast(app: Flask, engine: Engine) -> Cast:
    owner, viewer = person(engine, "Anna", "owner"), person(engine, "Bert", "viewer")
    return Cast(browser(app, owner), browser(app, viewer), browser(app, None), owner, viewer)


def token(client: FlaskClient, page: str = "/account") -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"no form on {page}"
    return found.group(1)
