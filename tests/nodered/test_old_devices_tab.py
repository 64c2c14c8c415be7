"""The tab *Old devices*: what boards say on sensor and meter goes on in our words."""

import json
import time

import pytest

from tests.nodered.outsider import OldFlow
from tests.nodered.peer import Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
DOOR = "device/garage-door/heartbeat", "device/garage-door/trigger"


def board(active: bool, **more: object) -> str:
    door = {"input_label": "door", "sample_value": 512, "normal_value": 0, "active": active}
    return json.dumps({"device_id": "esp-1", "input_location": "garage", "uptime": 4711, "input_1": door} | more)


def test_a_board_registers_its_inputs_first_and_then_reports(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        old = OldFlow(own_node_red.broker)
        old.says("sensor/garage/esp-1", board(True, timestamp=time.time()))
        beat, report = own_bus.hear(*DOOR), own_bus.hear(*DOOR)
        assert (beat.topic, beat["called"], beat["kind"], beat["location"]) == (
            DOOR[0],
            "Garage Door",
            "sensor",
            "Garage",
        )
        assert (report.topic, report["active"], report["value"], report["device_id"]) == (
            DOOR[1],
            True,
            512,
            "garage-door",
        )
        old.says("sensor/garage/esp-1", board(False))
        quiet = own_bus.hear(*DOOR)
        assert (quiet.topic, quiet["active"]) == (DOOR[1], False)
        old.close()


def test_what_cannot_be_read_is_told_of(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        old = OldFlow(own_node_red.broker)
        old.says("sensor/garage", "OK")
        old.says("sensor/garage", "{broken")
        assert "must say OK or a JSON object on sensor/garage" in own_bus.hear("event/report")["detail"]
        old.close()


def test_what_a_meter_reads_goes_on_and_what_is_asked_of_it_reaches_it(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        old = OldFlow(own_node_red.broker)
        read = {"device_id": "esp-2", "input_location": "cellar", "last_minute_metered": 12, "register_reading": 4711}
        old.says("meter/electricity", json.dumps(read))
        meter = own_bus.hear("device/electricity-meter/heartbeat")
        assert (meter["called"], meter["kind"], meter["location"]) == ("Electricity Meter", "meter", "Cellar")
        reading = own_bus.hear("device/electricity-meter/reading")
        assert (reading["register"], reading["last_minute"]) == (4711, 12)
        own_bus.tell("meter/electricity-meter/reset", example("meter-reset", device_id="electricity-meter"))
        assert old.hears("meter/electricity/control") == {"set_register": 123456}
        old.close()


def test_a_report_keeps_the_time_of_its_board(own_node_red: NodeRed, own_bus: Bus) -> None:
    with own_node_red:
        old = OldFlow(own_node_red.broker)
        old.says("sensor/garage", board(True, timestamp=1_700_000_000))
        assert own_bus.hear(DOOR[1])["at"] == "2023-11-14T22:13:20.000000Z"
        old.close()
