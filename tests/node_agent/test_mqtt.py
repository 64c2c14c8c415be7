"""What a node tells the house as a device, at a real broker, read by the house's own words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion

from node_agent.config import MqttSection
from node_agent.config_file import ConfigError
from node_agent.mqtt import load_password
from services.core.device_messages import DeviceHeartbeat, DeviceTrigger
from tests.node_agent.staging import clip, scene, script, until
from tests.node_agent.test_process import agent, events
from tests.peers import Mosquitto

pytestmark = pytest.mark.mosquitto
ADDRESS = "AA:BB:CC:DD:EE:FF"


def settings_file(folder: Path, port: int, **presence: Any) -> Path:
    clip(folder / "clip.avi", [scene()] * 3, rate=5)
    phones = {"anna-phone": {"called": "Anna's phone", "address": ADDRESS}}
    content = {
        "node": {"name": "Hall", "heartbeat_seconds": 0},
        "hub_address": {"H1": "tcp://127.0.0.1:9"},
        "cameras": {"C1": {"source": {"type": "file", "path": "clip.avi"}}},
        "mqtt": {"host": "127.0.0.1", "port": port, "base_topic": "house"},
        "presence": {"phones": phones, "every_seconds": 5, "away_after_seconds": 10, **presence},
    }
    path = folder / "agent.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture
def heard(mosquitto: Mosquitto) -> Iterator[list[tuple[str, Any]]]:
    """All that is said to the broker about devices."""
    told: list[tuple[str, Any]] = []
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: told.append((message.topic, json.loads(message.payload)))
    ready: list[bool] = []
    client.on_subscribe = lambda *_: ready.append(True)
    client.connect("127.0.0.1", mosquitto.port)
    client.subscribe("house/device/#", qos=1)
    client.loop_start()
    until(lambda: bool(ready), "the subscription")
    yield told
    client.disconnect()
    client.loop_stop()


def test_a_phone_that_answers_is_a_device_of_the_house_that_is_there(
    tmp_path: Path, mosquitto: Mosquitto, heard: list[tuple[str, Any]]
) -> None:
    command = script(tmp_path / "l2ping", f'[ "$5" = {ADDRESS} ] && echo "1 sent, 1 received, 0% loss"')
    before = datetime.now(UTC)
    with agent(settings_file(tmp_path, mosquitto.port, command=command)) as process:
        until(lambda: "presence_told" in events(tmp_path / "agent.yaml"), "heartbeat and trigger")
        process.terminate()
        assert process.wait(10) == 0
    until(lambda: len(heard) >= 2, "heartbeat and trigger")
    assert [topic for topic, _ in heard[:2]] == ["house/device/anna-phone/heartbeat", "house/device/anna-phone/trigger"]
    there = DeviceHeartbeat.model_validate_json(json.dumps(heard[0][1]))
    came = DeviceTrigger.model_validate_json(json.dumps(heard[1][1]))
    assert (there.called, there.kind, there.is_output) == ("Anna's phone", "presence", False)
    assert (came.active, came.src, came.at >= before) == (True, "anna-phone", True)
    assert json.loads((tmp_path / "presence.json").read_text()) == {"anna-phone": True}


def test_the_password_is_the_text_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse\n")
    assert load_password(MqttSection(host="house", password_file=tmp_path / "password")) == "correct horse"
    assert load_password(MqttSection(host="house")) is None
    assert load_password(None) is None


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    known = MqttSection(host="house", password_file=tmp_path / "password")
    with pytest.raises(ConfigError, match=r"mqtt\.password_file: .*password cannot be read"):
        load_password(known)
