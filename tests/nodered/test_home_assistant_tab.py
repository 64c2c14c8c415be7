"""The tab *Home Assistant*: what it is told of the house, and what its commands lead to."""

import json
from collections.abc import Iterator

import pytest

from tests.nodered.outsider import Outsider
from tests.nodered.peer import Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
SIREN = "homeassistant/device/hearthwatch_device_siren-1/config"


@pytest.fixture
def assistant(own_node_red: NodeRed) -> Iterator[Outsider]:
    """Home Assistant's side of the broker, with Node-RED at work."""
    with own_node_red:
        made = Outsider(own_node_red.broker, "homeassistant/device/#")
        yield made
        made.close()
    assert own_node_red.errors() == []


def test_it_is_told_of_what_there_is_and_of_what_is_no_more(assistant: Outsider, own_bus: Bus) -> None:
    own_bus.tell("config/devices", example("config-devices"), retain=True)
    switch = json.loads(assistant.waits_for(SIREN))["components"]["on"]
    assert (switch["platform"], switch["command_topic"]) == ("switch", "hearthwatch/homeassistant/output/siren-1/set")
    own_bus.tell("config/devices", example("config-devices", devices=[]), retain=True)
    assert assistant.waits_for(SIREN) == ""


def test_when_it_has_started_it_is_told_everything_anew(assistant: Outsider, own_bus: Bus) -> None:
    own_bus.tell("config/devices", example("config-devices"), retain=True)
    first = assistant.waits_for(SIREN)
    assistant.says("homeassistant/status", "online")
    assert assistant.waits_for(SIREN) == first


def test_its_commands_become_wishes_of_ours(assistant: Outsider, own_bus: Bus) -> None:
    assistant.says("hearthwatch/homeassistant/mode/set", "ARM_NIGHT")
    wish = own_bus.hear("mode/set")
    assert (wish["mode_id"], wish["by"]) == ("night", "Home Assistant")
    assistant.says("hearthwatch/homeassistant/output/siren-1/set", "ON")
    ask = own_bus.hear("output/siren-1/ask")
    assert (ask["on"], ask["by"]) == (True, "Home Assistant")


def test_what_is_no_command_is_told_of(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        other = Outsider(own_node_red.broker, "homeassistant/device/#")
        other.says("hearthwatch/homeassistant/mode/set", "OPEN")
        assert "no command, on homeassistant/mode/set: OPEN" in own_bus.hear("event/report")["detail"]
        other.close()
