"""What breaks a contract, or is no JSON, is reported once and leaves nothing stuck."""

from collections.abc import Iterator

import pytest

from tests.nodered.peer import Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto]


@pytest.fixture
def running(own_node_red: NodeRed) -> Iterator[NodeRed]:
    """A Node-RED that has reported no mistake yet."""
    with own_node_red:
        # It says so after it has subscribed: what is told before would reach nobody.
        witness = Bus(own_node_red.broker)
        assert witness.hear("svc/nodered/1/status")["state"] == "online"
        witness.close()
        yield own_node_red


def test_text_that_is_no_json_is_reported_and_the_next_picture_goes_its_way(running: NodeRed, own_bus: Bus) -> None:
    own_bus.tell("image/new", "{broken")
    report = own_bus.hear("event/report")
    assert report["kind"] == "flow_error"
    assert report["detail"].endswith("Node-RED, tab Pictures, node “a new picture”.")
    own_bus.tell("image/new", example("image-new"))
    assert own_bus.hear("work/detect")["camera_id"] == "front-door"


@pytest.mark.parametrize(
    ("topic", "name", "tab"),
    [
        ("image/new", "image-new", "Pictures"),
        ("image/detected", "image-detected", "Alerts"),
        ("svc/x/1/status", "svc-status", "Health"),
    ],
)
def test_a_message_that_breaks_its_contract_is_reported_with_field_and_tab(
    running: NodeRed, own_bus: Bus, topic: str, name: str, tab: str
) -> None:
    own_bus.tell(topic, example(name, typo=1))
    detail = report_of(own_bus, tab)
    assert f"breaks the contract {name}: the payload must NOT have additional properties (typo)" in detail


def report_of(bus: Bus, tab: str) -> str:
    """What the next report about a tab says; other tabs may listen to the same topic."""
    while f"tab {tab}," not in (detail := bus.hear("event/report")["detail"]):
        pass
    return str(detail)


@pytest.mark.parametrize(
    "payload", ["null", "[]", "7", '"text"', '{"v": 2}', b"\xff\xd8\xff\xe0", "9" * 5000, '{"__proto__": {}}']
)
def test_no_payload_stops_the_flows(running: NodeRed, own_bus: Bus, payload: bytes | str) -> None:
    for topic in ("image/new", "image/detected", "config/cameras", "svc/x/1/status", "event/new", "alert/decision"):
        own_bus.tell(topic, payload)
    own_bus.tell("image/new", example("image-new"))
    assert own_bus.hear("work/detect")["image_id"] == example("image-new")["image_id"]
    own_bus.tell("image/detected", example("image-detected"))
    assert own_bus.hear("alert/request")["image_id"] == example("image-detected")["image_id"]


def test_a_flood_of_mistakes_is_reported_once(running: NodeRed, own_bus: Bus) -> None:
    for _ in range(50):
        own_bus.tell("image/new", "{broken")
    assert own_bus.hear("event/report")["kind"] == "flow_error"
    own_bus.tell("image/detected", "{broken")
    assert "Failed to parse" in report_of(own_bus, "Alerts")
