"""The real server process."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask
from sqlalchemy import Engine

from services.core.settings import Settings
from tests.flaskapp.conftest import person
from tests.flaskapp.films import a_segment
from tests.flaskapp.house import House
from tests.peers import MariaDb, free_port, listens, wait_until

ROOT = Path(__file__).parents[2]
SOON = "import flaskapp.server; flaskapp.server.STALLED_S = 1.0; "
RUN = "import sys; from flaskapp.__main__ import main; sys.exit(main())"


def environment(mariadb: MariaDb, settings: Settings, port: int, **more: str) -> Mapping[str, str]:
    ours = {
        "DB_PORT": str(mariadb.port),
        "DB_PASSWORD": mariadb.password,
        "MQTT_PORT": str(free_port()),
        "DATA_DIR": str(settings.data_dir),
        "GALLERY_PORT": str(port),
        "GALLERY_SECRET_KEY": "a key for tests",
    }
    return os.environ | {f"HEARTHWATCH_{key}": value for key, value in (ours | more).items() if value}


def start(variables: Mapping[str, str], code: str = "") -> subprocess.Popen[str]:
    """The gallery; with `code` by a program that begins with that."""
    return subprocess.Popen(
        [sys.executable, *(["-c", code + RUN] if code else ["-m", "flaskapp"])],
        cwd=ROOT,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def cookie(app: Flask, engine: Engine, port: int) -> str:
    """What the browser of an owner sends to the gallery at a port."""
    user_id = person(engine, "Anna", "owner")
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"hearthwatch_{port}={signer.dumps({'_user_id': f'{user_id}:0', '_fresh': True})}"


def ended(server: subprocess.Popen[str]) -> list[str]:
    """What it says at its end."""
    server.terminate()
    return server.communicate(timeout=20)[0].splitlines()


def test_it_stops_when_told_to_though_a_browser_holds_a_stream(
    app: Flask, engine: Engine, mariadb: MariaDb, settings: Settings
) -> None:
    port = free_port()
    headers = {"Cookie": cookie(app, engine, port)}
    server = start(environment(mariadb, settings, port))
    wait_until(lambda: listens(port), "the gallery")
    with urlopen(Request(f"http://127.0.0.1:{port}/live/stream", headers=headers), timeout=10) as stream:
        assert stream.readline().startswith(b"retry:")
        server.terminate()
        said, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert '"event": "stopped"' in said


def test_who_takes_nothing_for_long_holds_no_thread_for_ever(
    app: Flask, engine: Engine, mariadb: MariaDb, settings: Settings, house: House
) -> None:
    port = free_port()
    house.camera()
    made = a_segment(house, data=bytes(30_000_000))
    server = start(environment(mariadb, settings, port), SOON)
    wait_until(lambda: listens(port), "the gallery")
    with socket.create_connection(("127.0.0.1", port)) as peer:
        asked = f"GET /recording/{made}/file HTTP/1.1\r\nHost: x\r\nCookie: {cookie(app, engine, port)}\r\n\r\n"
        peer.sendall(asked.encode())
        assert server.stdout
        assert any('"event": "peer_stalled"' in line for line in server.stdout)
        assert not any('"level": "error"' in line for line in ended(server))


def test_a_missing_secret_is_named_with_its_fix(mariadb: MariaDb, settings: Settings) -> None:
    server = start(environment(mariadb, settings, free_port(), GALLERY_SECRET_KEY=""))
    said, _ = server.communicate(timeout=30)
    assert server.returncode == 2
    assert "HEARTHWATCH_GALLERY_SECRET_KEY is not set: set it, or HEARTHWATCH_GALLERY_SECRET_KEY_FILE" in said


def test_a_time_zone_that_is_none_is_named_with_its_key(mariadb: MariaDb, settings: Settings) -> None:
    server = start(environment(mariadb, settings, free_port(), TIME_ZONE="Mars/Olympus"))
    said, _ = server.communicate(timeout=30)
    assert server.returncode == 2
    assert "HEARTHWATCH_TIME_ZONE: no time zone 'Mars/Olympus'" in said
