from pathlib import Path

import pytest

from services.core.settings import Settings
from stack.choice import Choice
from stack.layout import Layout
from stack.ports import Ports
from stack.programs import BRIDGE, Program, programs
from stack.secrets import generate


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.of(tmp_path)
    generate(made.secrets)
    return made


def bridges(layout: Layout, **more: str) -> list[Program]:
    settings = Settings(_env_file=None, **more)  # type: ignore[arg-type]
    made = programs(layout, Ports.of(settings, 0), settings, Choice(demo=False))
    return [one for one in made if one.name == BRIDGE]


def test_without_a_rabbitmq_there_is_no_bridge(layout: Layout) -> None:
    assert bridges(layout) == []


def test_with_a_rabbitmq_there_is_a_bridge_with_an_account_of_its_own(layout: Layout) -> None:
    [bridge] = bridges(layout, rabbitmq_host="192.168.1.20")
    assert bridge.command[1:] == ["-m", "services.bridge"]
    assert bridge.environment["HEARTHWATCH_MQTT_USER"] == "bridge"
    assert Path(bridge.environment["HEARTHWATCH_MQTT_PASSWORD_FILE"]).name == "mqtt_bridge_password"
