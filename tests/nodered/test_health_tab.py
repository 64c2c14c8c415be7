"""The tab *Health*: a service that goes silent, and its return, become events."""

from typing import Any

import pytest

from tests.nodered.peer import Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
WATCH = "service watch: silent, or back?"


def tell_status(bus: Bus, service: str, state: str, retain: bool = False) -> None:
    status: dict[str, Any] = example("svc-status", service=service, src=service, state=state)
    bus.tell(f"svc/{service}/1/status", status, retain)


def test_a_silent_service_and_its_return_are_reported(bus: Bus) -> None:
    tell_status(bus, "detector", "online")
    tell_status(bus, "detector", "offline")
    silent = bus.hear("event/report")
    assert (silent["kind"], silent["detail"]) == (
        "service_silent",
        "The detector is not running: pictures wait to be looked at.",
    )
    tell_status(bus, "detector", "online")
    back = bus.hear("event/report")
    assert back["kind"] == "service_back"
    assert back["detail"].startswith("The detector is back after ")


def test_a_quick_restart_reports_nothing(bus: Bus) -> None:
    tell_status(bus, "notifier", "offline")
    tell_status(bus, "notifier", "online")
    tell_status(bus, "scribe", "offline")
    assert "scribe" in bus.hear("event/report")["detail"]
    tell_status(bus, "scribe", "online")
    assert "scribe" in bus.hear("event/report")["detail"]


def test_node_red_does_not_report_itself(bus: Bus) -> None:
    tell_status(bus, "nodered", "offline")
    tell_status(bus, "keeper", "offline")
    assert "keeper" in bus.hear("event/report")["detail"]
    tell_status(bus, "keeper", "online")
    assert "keeper" in bus.hear("event/report")["detail"]


def test_a_service_that_is_offline_when_node_red_starts_is_reported(own_node_red: NodeRed, own_bus: Bus) -> None:
    own_node_red.edit(**{WATCH: {"hold": "0.1"}})
    tell_status(own_bus, "hub", "offline", retain=True)
    own_node_red.start()
    assert own_bus.hear("event/report")["detail"] == "The hub is not running: pictures from cameras are not taken in."


def test_a_silence_is_reported_once_also_over_a_restart_and_the_return_after_it(
    own_node_red: NodeRed, own_bus: Bus
) -> None:
    own_node_red.edit(**{WATCH: {"hold": "0.1"}})
    own_node_red.start()
    tell_status(own_bus, "hub", "offline", retain=True)
    assert own_bus.hear("event/report")["kind"] == "service_silent"
    own_node_red.stop()
    own_node_red.start()
    tell_status(own_bus, "gallery", "offline")
    assert "gallery" in own_bus.hear("event/report")["detail"]
    tell_status(own_bus, "hub", "online", retain=True)
    back = own_bus.hear("event/report")
    assert (back["kind"], back["detail"][:14]) == ("service_back", "The hub is bac")
