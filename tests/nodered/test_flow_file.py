"""The shipped flow file: as the editor writes it, clean for nrlint, and within the house's rules for tabs."""

import json
import subprocess

import pytest

from stack.flow_pieces import Node, Piece, join, split
from stack.flows import SHIPPED, as_editor_writes
from stack.mosquitto import ANNOUNCEMENTS, OLD_ANSWERS, OLD_QUESTIONS, OTHERS
from stack.mosquitto import OLD_DEVICES as OLD_DEVICE_TOPICS
from tests.nodered.peer import NODE, NODE_RED

NODES = json.loads(SHIPPED.read_text())
TABS = {piece.name: piece for piece in split(NODES).values() if piece.is_tab}
OLD_FLOWS = "Old flows"
OLD_DEVICES = "Old devices"
HOME_ASSISTANT = "Home Assistant"
OTHERS_DEVICES = "Others' devices"
RING = {"ring/+/+/+/+/state", "ring/+/+/+/+/attributes", "ring/+/+/+/status", "ring/+/+/+/+/status"}
OF_OTHERS = {*ANNOUNCEMENTS, *RING}
BIRTH, COMMANDS = "homeassistant/status", "${HW_BASE_TOPIC}/homeassistant/#"
OLD_TOPICS = {*OLD_QUESTIONS, *OLD_ANSWERS}
SAY_THE_TOPIC = {"hw-home-assistant", "hw-old-device", "hw-others-announced", "hw-others-device", "hw-schedules"}
"""Nodes that set the topic of what they send: one for each schedule, device or camera."""
STATES = "${HW_BASE_TOPIC}/schedule/+/state"  # of one that was cleared nothing is left, which is no JSON
TEXTS = {"image/id_objects/get_objects", "image/information", STATES, *OLD_DEVICE_TOPICS, BIRTH, COMMANDS, *OF_OTHERS}
each_tab = pytest.mark.parametrize("tab", TABS.values(), ids=TABS.keys())


def feeds(node: Node) -> set[str]:
    """The types of the nodes that are wired to this one."""
    return {one["type"] for one in NODES if any(node["id"] in wires for wires in one.get("wires", []))}


def test_it_has_one_tab_for_each_question() -> None:
    ours = ["Pictures", "Sightings", "Rules", "Alerts", "Happenings", "Modes and schedules", "Health", "Chores"]
    assert list(TABS) == [*ours, OLD_FLOWS, OLD_DEVICES, HOME_ASSISTANT, OTHERS_DEVICES]


def test_its_text_is_what_the_editor_writes() -> None:
    assert as_editor_writes(NODES) == SHIPPED.read_text()
    assert as_editor_writes(join(split(NODES))) == SHIPPED.read_text()


@each_tab
def test_every_node_is_named_and_stands_on_a_group_or_is_a_comment(tab: Piece) -> None:
    for node in tab.nodes[1:]:
        assert node["name"], node
        assert node["type"] in ("group", "comment") or node["g"], node["name"]


@each_tab
def test_a_tab_is_small_and_narrow(tab: Piece) -> None:
    assert len([node for node in tab.nodes if node["type"] not in ("tab", "group", "comment")]) <= 25
    assert all(node["x"] + node.get("w", 0) <= 960 for node in tab.nodes if "x" in node)


@each_tab
def test_each_tab_catches_its_mistakes(tab: Piece) -> None:
    assert [node["scope"] for node in tab.nodes if node["type"] == "catch"] == [None]


def test_there_is_no_function_node_no_database_and_no_secret() -> None:
    assert not {"function", "exec", "mysql"} & {node["type"] for node in NODES}
    assert "password" not in SHIPPED.read_text().lower()
    credentials = json.loads(SHIPPED.with_name("flows_cred.json").read_text())
    assert list(credentials.values()) == [{"user": "${HW_MQTT_USER}", "password": "${HW_MQTT_PASSWORD}"}]


def test_the_broker_keeps_what_comes_while_node_red_is_away() -> None:
    broker = next(node for node in NODES if node["type"] == "mqtt-broker")
    assert (broker["protocolVersion"], broker["cleansession"], broker["autoUnsubscribe"]) == ("4", False, False)
    assert broker["clientid"] == "${HW_MQTT_CLIENT_ID}"


def test_every_message_is_json_at_least_once_on_a_topic_below_the_base() -> None:
    for node in NODES:
        if node["type"] in ("mqtt in", "mqtt out"):
            tab = next(tab for tab in TABS.values() if tab.id == node["z"])
            if not node["topic"]:
                assert feeds(node) <= SAY_THE_TOPIC
                continue
            topics = {"${" + entry["name"] + "}": entry["value"] for entry in tab.nodes[0]["env"]}
            topic = topics[node["topic"]]
            # A command that waited while Node-RED was away would be carried out as if it were fresh.
            assert node["qos"] == ("0" if topic == COMMANDS else "1")
            assert topic.startswith("${HW_BASE_TOPIC}/") or topic in {
                *OLD_TOPICS,
                *OLD_DEVICE_TOPICS,
                *OF_OTHERS,
                BIRTH,
            }
            assert node.get("datatype", "json") == "json" or topic in TEXTS


def test_no_link_leads_to_another_tab() -> None:
    """An upgrade keeps a tab that its owner has changed: what led there from the others would end nowhere."""
    homes = {node["id"]: node.get("z") for node in NODES}
    links = [(node["z"], other) for node in NODES if node["type"].startswith("link ") for other in node["links"]]
    assert links
    assert all(homes[other] == home for home, other in links)


def test_only_the_tabs_that_speak_with_others_do_so_on_their_topics() -> None:
    speaking = {
        (tab.name, entry["value"])
        for tab in TABS.values()
        for entry in tab.nodes[0]["env"]
        if entry["name"].startswith("TOPIC_") and not entry["value"].startswith("${HW_BASE_TOPIC}/")
    }
    old_devices = {(OLD_DEVICES, topic) for topic in OLD_DEVICE_TOPICS}
    others = {(OLD_FLOWS, topic) for topic in OLD_TOPICS} | {(HOME_ASSISTANT, BIRTH)}
    assert speaking == old_devices | others | {(OTHERS_DEVICES, topic) for topic in OF_OTHERS}


def test_others_may_speak_where_the_broker_lets_them() -> None:
    [places] = [entry["value"] for entry in TABS[OTHERS_DEVICES].nodes[0]["env"] if entry["name"] == "OTHERS"]
    assert tuple(places.split(", ")) == OTHERS


@pytest.mark.nodered
def test_nrlint_finds_nothing() -> None:
    lint = [str(NODE), str(NODE_RED / "node_modules/nrlint/bin/nrlint.js"), "-c", str(NODE_RED / "nrlint.config.js")]
    result = subprocess.run(
        [*lint, "-f", "json", str(SHIPPED)], capture_output=True, text=True, check=False, timeout=60
    )
    assert json.loads(result.stdout) == [], result.stderr


@pytest.mark.nodered
def test_the_palettes_own_tests_pass() -> None:
    tests = sorted(str(path) for path in (NODE_RED / "nodes" / "test").glob("*.test.js"))
    result = subprocess.run([str(NODE), "--test", *tests], capture_output=True, text=True, check=False, timeout=100)
    assert result.returncode == 0, result.stdout


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((NODE_RED / "package-lock.json").read_text())
    resolved = {entry["resolved"] for entry in lock["packages"].values() if "resolved" in entry}
    assert resolved == {"nodes"}
    assert lock["packages"]["node_modules/node-red"]["version"].startswith("5.0.")
