"""The tab *Old devices*: what boards say on sensor and meter goes on in our words."""

import json
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.nodered.outsider import OldFlow
from tests.nodered.peer import Bus, NodeRed, example
from tests.peers import wait_until

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
WAITED = "came while Node-RED was away"
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_board_without_a_clock_said_while_node_red_was_away_has_the_time_of_then(
    own_node_red: NodeRed, own_bus: Bus, number: signal.Signals
) -> None:
    old = OldFlow(own_node_red.broker)
    own_node_red.start()
    begun = service_says(own_bus, ago=timedelta(hours=1))
    wait_until(lambda: own_node_red.remembers(str(int(begun.timestamp()))) > 0, "the time to be on disk")
    own_node_red.stop(number)
    old.says("sensor/garage", board(True))
    later = service_says(own_bus, ago=timedelta(minutes=30))
    old.says("sensor/garage", board(False))
    service_says(own_bus, ago=timedelta(0))
    old.says("sensor/garage", board(True))
    own_node_red.start()
    reports = [own_bus.hear(DOOR[1]) for _ in range(3)]
    assert [(one["active"], one["detail"]) for one in reports] == [(True, WAITED), (False, WAITED), (True, None)]
    assert [moment(one["at"]) for one in reports[:2]] == [begun, later]
    assert datetime.now(UTC) - moment(reports[2]["at"]) < timedelta(minutes=1)
    old.close()


def service_says(bus: Bus, ago: timedelta) -> datetime:
    """A service's status of some time ago; its time, in whole milliseconds."""
    at = (datetime.now(UTC) - ago).replace(microsecond=250_000)
    status = example("svc-status", service="scribe", src="scribe", at=f"{at:%FT%T.%f}Z")
    bus.tell("svc/scribe/1/status", status, retain=True)
    return at


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
