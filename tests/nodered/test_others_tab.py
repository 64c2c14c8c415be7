"""The tab *Others' devices*: what other programs announce to Home Assistant, and Ring, becomes devices of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.nodered.outsider import Outsider
from tests.nodered.peer import Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
ANNOUNCED = "homeassistant/{}/config"
DOOR = {
    "unique_id": "0x1_contact",
    "name": None,
    "device_class": "door",
    "state_topic": "zigbee2mqtt/door",
    "value_template": "{{ value_json.contact }}",
    "payload_on": False,
    "payload_off": True,
    "device": {"name": "Back Door", "suggested_area": "Kitchen"},
}
PLUG = {
    "uniq_id": "plug_1",
    "name": "Plug",
    "stat_t": "stat/plug/POWER",
    "cmd_t": "cmnd/plug/POWER",
    "dev": {"name": "Plug"},
}
DOOR_SAYS = "device/other-0x1_contact/heartbeat", "device/other-0x1_contact/trigger"
PLUG_STATE = "output/other-plug_1/state"


@pytest.fixture
def other(own_node_red: NodeRed) -> Iterator[Outsider]:
    """Another program's side of the broker, with Node-RED at work."""
    with own_node_red:
        made = Outsider(own_node_red.broker, "cmnd/#", "ring/#")
        yield made
        made.close()


def announce(other: Outsider, place: str, what: dict[str, Any] | None) -> None:
    other.says(ANNOUNCED.format(place), json.dumps(what) if what else "", retain=True)


def announce_and_await(other: Outsider, bus: Bus, place: str, what: dict[str, Any]) -> None:
    announce(other, place, what)
    bus.hear(f"device/other-{what.get('unique_id', what.get('uniq_id'))}/heartbeat")


def test_what_is_announced_registers_and_then_reports(other: Outsider, own_bus: Bus) -> None:
    announce(other, "binary_sensor/door", DOOR)
    beat = own_bus.hear(DOOR_SAYS[0])
    assert (beat["called"], beat["kind"], beat["location"]) == ("Back Door", "contact", "Kitchen")
    assert (beat["is_input"], beat["is_output"]) == (True, False)
    other.says("zigbee2mqtt/door", '{"contact": false, "battery": 90}', retain=True)
    assert own_bus.hear(DOOR_SAYS[1])["active"] is True
    other.says("zigbee2mqtt/door", '{"contact": true}', retain=True)
    assert own_bus.hear(DOOR_SAYS[1])["active"] is False


def test_how_it_stands_already_is_heard_when_it_is_announced(other: Outsider, own_bus: Bus) -> None:
    other.says("zigbee2mqtt/door", '{"contact": false}', retain=True)
    announce(other, "binary_sensor/door", DOOR)
    assert own_bus.hear(DOOR_SAYS[1])["active"] is True


def test_an_order_reaches_an_output_in_its_words_and_its_state_comes_back(other: Outsider, own_bus: Bus) -> None:
    announce_and_await(other, own_bus, "switch/plug", PLUG)
    order = example("output-set", device_id="other-plug_1", on=True, expires_at="2099-01-01T00:00:00Z")
    own_bus.tell("output/other-plug_1/set", order)
    assert other.waits_for("cmnd/plug/POWER") == "ON"
    other.says("stat/plug/POWER", "ON", retain=True)
    assert own_bus.hear(PLUG_STATE)["on"] is True


def test_what_is_taken_back_is_listened_to_no_longer(other: Outsider, own_bus: Bus) -> None:
    announce_and_await(other, own_bus, "binary_sensor/door", DOOR)
    announce(other, "binary_sensor/door", None)
    announce_and_await(other, own_bus, "switch/plug", PLUG)
    other.says("zigbee2mqtt/door", '{"contact": false}')
    other.says("stat/plug/POWER", "ON", retain=True)
    assert own_bus.hear(DOOR_SAYS[1], PLUG_STATE).topic == PLUG_STATE


def test_after_a_restart_it_is_still_listened_to(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        other = Outsider(own_node_red.broker, "cmnd/#")
        announce_and_await(other, own_bus, "binary_sensor/door", DOOR)
        other.says("zigbee2mqtt/door", '{"contact": true}', retain=True)
        assert own_bus.hear(DOOR_SAYS[1])["active"] is False
    other.says("zigbee2mqtt/door", '{"contact": false}', retain=True)
    with own_node_red:
        assert own_bus.hear(DOOR_SAYS[1])["active"] is True
        other.close()


def test_ring_is_heard_and_never_spoken_to(other: Outsider, own_bus: Bus) -> None:
    other.says("ring/home/alarm/panel/alarm/state", "triggered")
    beat = own_bus.hear("device/ring-panel-alarm/heartbeat")
    assert (beat["kind"], beat["is_output"]) == ("alarm", False)
    assert own_bus.hear("device/ring-panel-alarm/trigger")["active"] is True
    assert own_bus.hear("device/ring-panel-armed/trigger")["detail"] == "triggered"


def test_our_own_announcements_are_not_read_back(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        other = Outsider(own_node_red.broker, "homeassistant/device/#")
        own_bus.tell("config/devices", example("config-devices"), retain=True)
        assert other.waits_for(ANNOUNCED.format("device/hearthwatch_device_siren-1"))
        announce(other, "switch/plug", PLUG)
        read_back = "device/other-hearthwatch_device_siren-1_on/heartbeat"
        assert own_bus.hear(read_back, "device/other-plug_1/heartbeat").topic != read_back
        other.close()


def test_what_cannot_be_read_is_told_of(other: Outsider, own_bus: Bus) -> None:
    announce(other, "binary_sensor/door", DOOR | {"value_template": "{{ value_json.contact | float }}"})
    assert "Back Door cannot be read: its template is a program" in own_bus.hear("event/report")["detail"]
