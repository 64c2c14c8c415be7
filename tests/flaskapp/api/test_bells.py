"""Each change by a program rings, as one on a page does: scribe hears of what was changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from flaskapp import create_app, guard
from flaskapp.setting.file import NOUNS
from services.core.bus import Bus
from services.core.messages import ConfigChanged
from services.core.settings import Settings
from tests.ear import Ear
from tests.flaskapp.api.conftest import Programs
from tests.flaskapp.device.test_switching import an_output
from tests.flaskapp.device.test_views import a_device
from tests.flaskapp.house import Standing
from tests.peers import Mosquitto, wait_until

LINK = "/links/019aa0c1-7a51-7001-8a3f-5b1c2d3e4f51"
RULE: dict[str, Any] = {
    "name": "Siren",
    "inputs": [{"kind": "device", "id": "pir"}],
    "actions": [{"kind": "switch", "id": "siren", "on": True}],
}
CHANGES: list[tuple[str, str, Any, str]] = [
    ("PATCH", "/devices/siren", {"group": "Attic"}, "devices"),
    ("POST", "/devices/siren/command", {"on": True}, "commands"),
    ("POST", "/links", RULE | {"id": LINK.removeprefix("/links/")}, "links"),
    ("PUT", LINK, RULE | {"enabled": False}, "links"),
    ("DELETE", LINK, None, "links"),
    ("PUT", "/mode", {"mode_id": "away"}, "modes"),
]


@pytest.fixture
def wired(settings: Settings, mosquitto: Mosquitto) -> Settings:
    return settings.model_copy(update={"mqtt_port": mosquitto.port})


@pytest.fixture
def app(wired: Settings, engine: Engine, clock: Standing) -> Iterator[Flask]:
    """The gallery with its broker."""
    bus = Bus(wired, "gallery", clock, durable=False)
    made = create_app(wired, engine, clock, bus)
    made.config["TESTING"] = True
    guard.limiter.reset()
    bus.start()
    wait_until(bus.listening, "the broker")
    yield made
    bus.stop()


def test_every_change_rings_for_its_noun_and_one_that_is_refused_for_nothing(
    programs: Programs, engine: Engine, wired: Settings
) -> None:
    a_device(engine, "pir")
    an_output(engine)
    with Ear(wired, [ConfigChanged]) as ear:
        assert programs.owner.ask("PUT", "/mode", {"mode_id": "party"}).status_code == 422
        for method, path, sent, _ in CHANGES:
            assert programs.owner.ask(method, path, sent).status_code < 300
        taken = programs.owner.ask("GET", "/settings.yaml").data.replace(b"Attic", b"Cellar")
        for path in ("/settings.yaml?dry_run=1", "/settings.yaml"):
            assert programs.owner.ask("PUT", path, data=taken).status_code == 200
        rung = [message.noun for message in ear.wait(ConfigChanged, len(CHANGES) + len(NOUNS))]
    assert rung == [noun for *_, noun in CHANGES] + [noun.name for noun in NOUNS]
