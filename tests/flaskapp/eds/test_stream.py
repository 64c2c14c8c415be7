"""The WebSocket, through the real server."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Flask, g
from simple_websocket import Client, ConnectionClosed, Server
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import OperationalError

from flaskapp import guard
from flaskapp.account import tokens
from flaskapp.eds.views import stream_of_clips
from flaskapp.gallery import KEY
from flaskapp.guard import Person
from flaskapp.live.fanout import FILMS_MAX
from services.core.settings import Settings
from services.store import recording
from services.store.account_tables import token, user
from services.store.engine import connect
from tests.flaskapp.conftest import Cast, person
from tests.flaskapp.films import a_clip, a_segment
from tests.flaskapp.house import House
from tests.flaskapp.test_server import environment, start
from tests.peers import MariaDb, free_port, listens, wait_until

WAIT_S = 40
WS = "ws://localhost"
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}
JUST_NOW = timedelta(seconds=22)
"""Of a clip that began 20 s ago: it becomes ready after whoever listens has come."""


class Served:
    """The real gallery, with a token of Anna's."""

    def __init__(self, port: int, shown: str) -> None:
        self.port = port
        self.shown = shown

    def client(self, api: str = "event_api", **headers: str) -> Client:
        shown = {"Authorization": f"Bearer {self.shown}"} | headers
        return Client(f"ws://127.0.0.1:{self.port}/{api}/stream", headers=[*shown.items()])


@pytest.fixture
def served(app: Flask, engine: Engine, mariadb: MariaDb, settings: Settings) -> Iterator[Served]:
    port = free_port()
    anna = person(engine, "Anna", "owner")
    shown = tokens.make(engine, anna, "Wall", datetime.now(UTC))
    server = start(environment(mariadb, settings, port))
    try:
        wait_until(lambda: listens(port), "the gallery")
        yield Served(port, shown)
    finally:
        server.terminate()
        said, _ = server.communicate(timeout=20)
    assert server.returncode == 0, said


def now() -> datetime:
    return datetime.now(UTC)


def heard(client: Client) -> str:
    text = client.receive(timeout=WAIT_S)
    assert text is not None, "nothing came"
    return str(json.loads(text)["high_res_video_path"])


def test_two_clients_both_get_every_event_once_and_nothing_that_was_before(served: Served, house: House) -> None:
    house.camera()
    a_clip(house, now() - timedelta(seconds=40))
    with closing(served.client()) as one, closing(served.client()) as other:
        # What comes between two looks is no reason to wait for the first one.
        made = [a_clip(house, now() - timedelta(seconds=20), JUST_NOW) for _ in range(5)]
        wanted = sorted(f"/recording/{each}/file" for each in made)
        for client in (one, other):
            assert sorted(heard(client) for _ in made) == wanted
        last = a_clip(house, now() - timedelta(seconds=20), JUST_NOW)
        for client in (one, other):
            assert heard(client) == f"/recording/{last}/file"


def test_segments_come_on_a_stream_of_their_own(served: Served, house: House) -> None:
    house.camera()
    with closing(served.client("segment_api")) as client:
        a_clip(house, now())
        made = a_segment(house, now() - timedelta(minutes=5))
        assert heard(client) == f"/recording/{made}/file"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Authorization": "Bearer hw_wrong"}, 401), ({"Origin": "https://elsewhere.example"}, 401), ({}, 401)],
)
def test_who_has_no_token_is_not_let_in(app: Flask, headers: dict[str, str], status: int) -> None:
    answer = app.test_client().get("/event_api/stream", headers=headers | UPGRADE, base_url=WS)
    assert answer.status_code == status


def test_a_page_of_another_origin_cannot_use_a_session_of_this_one(cast: Cast) -> None:
    answer = cast.viewer.get("/event_api/stream", headers={"Origin": "http://localhost:3000"} | UPGRADE, base_url=WS)
    assert answer.status_code == 403


def test_there_are_only_so_many_and_who_leaves_makes_room(served: Served, house: House) -> None:
    house.camera()
    with ExitStack() as stack:
        clients = [served.client() for _ in range(FILMS_MAX)]
        for client in clients[1:]:
            stack.enter_context(closing(client))
        made = a_clip(house, now() - timedelta(seconds=20), JUST_NOW)
        assert {heard(client) for client in clients} == {f"/recording/{made}/file"}
        beyond = served.client()
        wait_until(lambda: not beyond.connected, "the one too many to be sent away")
        clients[0].close()
        wait_until(lambda: _is_let_in(served), "room")


def _is_let_in(served: Served) -> bool:
    with suppress(ConnectionClosed), closing(served.client()) as client:
        client.receive(timeout=0.5)
        return bool(client.connected)
    return False


def test_it_ends_when_the_persons_sessions_are_ended(served: Served, house: House, engine: Engine) -> None:
    house.camera()
    client = served.client()
    with engine.begin() as connection:
        connection.execute(update(user).values(session_epoch=1))
    wait_until(lambda: not client.connected, "the end", seconds=30)


def test_it_ends_when_its_token_is_revoked(served: Served, house: House, engine: Engine) -> None:
    house.camera()
    client = served.client()
    with engine.begin() as connection:
        connection.execute(delete(token))
    wait_until(lambda: not client.connected, "the end", seconds=30)


class Far:
    """A client's end, as simple-websocket has it."""

    connected = True

    def __init__(self) -> None:
        self.sock = socket.socket()
        self.said: tuple[int, str] | None = None

    def close(self, reason: int, message: str) -> None:
        self.said = (reason, message)


def test_with_the_database_away_clients_are_told_to_come_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", None, OSError("gone"))

    monkeypatch.setattr(recording, "ready_since", away)
    far = Far()
    with app.test_request_context("/event_api/stream"), closing(far.sock):
        g.asked_at, g._login_user = now(), Person("anna", "Anna", "owner", 0)
        stream_of_clips(cast("Server", far))
    assert far.said == (1013, "the database is away")
    fanout = app.extensions[KEY].fanout
    assert all(fanout.join("event_api") for _ in range(FILMS_MAX)), "it makes room"


def test_nobody_looks_on_while_the_database_is_away(settings: Settings) -> None:
    engine = connect(settings.model_copy(update={"db_port": free_port()}))
    assert not guard.still(engine, Person("anna", "Anna", "owner", 0))()
