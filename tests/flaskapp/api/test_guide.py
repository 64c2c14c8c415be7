"""The examples of docs/api.md do what it says, by curl, one after the other."""

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.serving import make_server

from services.store import device, link, mode
from tests.flaskapp.api.conftest import Programs
from tests.flaskapp.device.test_switching import an_output, commands
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import House

ROOT = Path(__file__).parents[3]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
EXAMPLES = [block for block in BLOCKS if "curl" in block]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the gallery answers by HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    thread.join(10)
    server.server_close()


def run(block: str, address: str, token: str | None, file: str = "") -> str:
    ours = {"FILE": file, "HW": address, "TOKEN": token or "", "PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1"}
    done = subprocess.run(["sh", "-eu", "-c", block], env=ours, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_example_does_what_the_guide_says(
    address: str, programs: Programs, engine: Engine, house: House, tmp_path: Path
) -> None:
    house.camera()
    a_device(engine, "garage-pir")
    an_output(engine)
    file = str(tmp_path / "settings.yaml")
    told = {block: run(block, address, programs.owner.token, file) for block in EXAMPLES}
    with engine.connect() as connection:
        siren = device.find(connection, "siren")
        assert siren is not None
        assert (siren.group_name, siren.longest_on_s) == ("Attic", 120)
        assert mode.current(connection).mode_id == "away"
        assert link.all_links(connection) == []
    assert [one.is_on for one in sorted(commands(engine), key=lambda one: one.id)] == [True, False]
    assert all(told.values())
    assert (tmp_path / "settings.yaml").read_text().startswith("version: 1\n")


def test_an_example_with_a_wrong_token_fails(address: str, programs: Programs) -> None:
    with pytest.raises(AssertionError, match="401"):
        run(EXAMPLES[0], address, "hw_wrong")


def test_the_guide_names_every_route() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    for path in ("/devices", "/links", "/modes", "/mode", "/events", "/rulings", "/openapi.json", "/settings.yaml"):
        assert path in text
