"""Nothing that is queued at the broker while Node-RED is away is lost, and it is decided by the last known plan."""

import signal

import pytest

from tests.nodered.peer import Bus, NodeRed, example
from tests.peers import wait_until

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]
COUNT = 300


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_pictures_that_come_while_it_is_away_are_decided_when_it_is_back(
    own_node_red: NodeRed, own_bus: Bus, number: signal.Signals
) -> None:
    own_node_red.start()
    own_bus.tell("config/cameras", example("config-cameras"), retain=True)
    own_bus.tell("image/new", example("image-new", camera_id="garden"))
    assert own_bus.hear("work/keep")["camera_id"] == "garden"
    wait_until(lambda: own_node_red.remembers("garden") > 0, "the configuration to be on disk")
    own_node_red.stop(number)
    assert own_bus.hear("svc/nodered/1/status", seconds=60)["state"] in ("online", "offline")
    ids = [f"019aa0f4-7c2f-7a01-9c3e-{index:012x}" for index in range(COUNT)]
    for image_id in ids:
        own_bus.tell("image/new", example("image-new", camera_id="garden", image_id=image_id))
    own_node_red.start()
    assert [own_bus.hear("work/keep", "work/detect").topic for _ in ids] == ["work/keep"] * COUNT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_bus_hears_that_it_is_away_and_that_it_is_back(
    own_node_red: NodeRed, own_bus: Bus, number: signal.Signals
) -> None:
    heard = []
    own_node_red.start()
    heard.append(own_bus.hear("svc/nodered/1/status"))
    own_node_red.stop(number)
    heard.append(own_bus.hear("svc/nodered/1/status"))
    own_node_red.start()
    heard.append(own_bus.hear("svc/nodered/1/status"))
    assert [status["state"] for status in heard] == ["online", "offline", "online"]
    assert len({status["id"] for status in heard}) == 3


def test_it_comes_back_by_itself_when_the_broker_was_away(own_node_red: NodeRed) -> None:
    own_node_red.start()
    own_node_red.broker.stop(signal.SIGKILL)
    own_node_red.broker.start()
    bus = Bus(own_node_red.broker)
    assert bus.hear("svc/nodered/1/status")["state"] == "online"
    bus.tell("image/new", example("image-new"))
    assert bus.hear("work/detect")["camera_id"] == "front-door"
    bus.close()
