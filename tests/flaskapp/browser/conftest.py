"""The gallery behind its real server, a real broker, and Debian's Chromium in front of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from flaskapp.account import passwords
from services.core.bus import Bus
from services.core.settings import Settings
from tests.flaskapp.conftest import MUTE_SECRET, PASSWORD, person
from tests.flaskapp.house import Standing
from tests.peers import MariaDb, Mosquitto, free_port, wait_until

ROOT = Path(__file__).parents[3]
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}


@dataclass
class Visit:
    """A browser window on the gallery, and all that it complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def listens(self) -> None:
        """Waits until the page's stream is open."""
        self.page.wait_for_selector("body[data-listening]")

    def sign_in(self, name: str = "Anna") -> None:
        self.go("/login")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("text=Sign in")
        self.page.wait_for_url(self.url + "/")


@pytest.fixture
def served(settings: Settings, mariadb: MariaDb, mosquitto: Mosquitto, engine: Engine, tmp_path: Path) -> Iterator[str]:
    """The gallery's address, with Anna, an owner."""
    person(engine, "Anna", "owner", passwords.hashed(PASSWORD))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    ours = {
        "DB_PORT": str(mariadb.port),
        "DB_PASSWORD": mariadb.password,
        "MQTT_PORT": str(mosquitto.port),
        "DATA_DIR": str(settings.data_dir),
        "GALLERY_PORT": str(port),
        "GALLERY_URL": url,
        "GALLERY_SECRET_KEY": "a key for tests",
        "MUTE_SECRET": MUTE_SECRET,
        "TIME_ZONE": "UTC",
    }
    environment = os.environ | {f"HEARTHWATCH_{key}": value for key, value in ours.items()}
    with (tmp_path / "gallery.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "flaskapp"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: _answers(url), f"the gallery; see {tmp_path}/gallery.log")
            yield url
        finally:
            server.terminate()
            assert server.wait(15) == 0


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, chromium: Browser, served: str) -> Iterator[Visit]:
    """A fresh window of each size; the test fails when anything went to another host or to the console."""
    width, height = SIZES[request.param]
    context = chromium.new_context(
        reduced_motion="reduce", viewport={"width": width, "height": height}, has_touch=request.param == "phone"
    )
    made = Visit(context.new_page(), served)
    made.page.set_default_timeout(15_000)
    made.page.on("console", lambda line: made.complaints.append(f"{line.type}: {line.text}"))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("request", lambda asked: _note_foreign(made, asked.url))
    yield made
    context.close()
    assert made.complaints == []


def _note_foreign(visit: Visit, url: str) -> None:
    if not url.startswith((visit.url, "data:")):
        visit.complaints.append(f"request to {url}")


@pytest.fixture
def ring(settings: Settings, mosquitto: Mosquitto, clock: Standing) -> Iterator[Callable[[], Bus]]:
    """Another service's way to the broker."""
    bus = Bus(settings.model_copy(update={"mqtt_port": mosquitto.port}), "hub", clock, durable=False)
    bus.start()
    wait_until(bus.listening, "the broker")
    yield lambda: bus
    bus.stop()
