"""The editor, as its owner uses it: a tab says what happens, and an edit survives restarts and upgrades."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from stack.flows import SHIPPED, Flows, as_editor_writes
from stack.node_red_api import NodeRedAnswer, reload
from tests.nodered.editor import Editor
from tests.nodered.peer import PASSWORD, Bus, NodeRed, example

pytestmark = [pytest.mark.nodered, pytest.mark.mosquitto, pytest.mark.browser]
OURS = ["Pictures", "Sightings", "Rules", "Alerts", "Happenings", "Modes and schedules", "Health", "Chores"]
TABS = [*OURS, "Old flows", "Old devices", "Others' devices"]


def test_every_tab_opens_and_nothing_is_asked_of_another_host(
    chromium: Browser, node_red: NodeRed, bus: Bus, tmp_path: Path
) -> None:
    with Editor(chromium, node_red) as editor:
        for tab in TABS:
            editor.show(tab)
            editor.picture(tmp_path / f"{tab}.png")
            assert (tmp_path / f"{tab}.png").stat().st_size > 10_000
        assert editor.page.title().startswith("Hearthwatch")
        assert not editor.page.locator(".red-ui-tourGuide-popover").count()
        assert editor.strangers == []


def test_decisions_are_shown_on_their_nodes(chromium: Browser, node_red: NodeRed, bus: Bus) -> None:
    bus.tell("image/new", example("image-new"))
    bus.tell("image/detected", example("image-detected"))
    bus.tell("event/new", example("event-new"))
    bus.tell("alert/decision", example("alert-decision"))
    vehicle = {**example("image-detected")["detections"][0], "label": "car"}
    bus.tell("image/detected", example("image-detected", detections=[vehicle]))
    bus.tell("image/plates", example("image-plates", camera_id="front-door"))
    with Editor(chromium, node_red) as editor:
        assert editor.status_of("camera plan: look, or keep?").startswith("Front Door: looked at · ")
        assert editor.status_of("alert labels: tell, or not?").startswith("not told: Front Door, car · ")
        assert editor.status_of("plates wanted: read, or not?").startswith("read: car: picture 1 of its sighting · ")
        assert editor.status_of("happenings: worth telling?").startswith("asks who is told: Front Door · ")
        assert editor.status_of("who to tell?").startswith("tell: nobody is entered yet · ")
        assert editor.status_of("plates: who is told?").startswith("tell: Front Door, known plate BAB123 (A… · ")
        assert editor.status_of("last camera gone silent").startswith("Front Door has sent nothing")
        assert editor.status_of("last decision") == "telling · front-door"


def test_the_shipped_flows_are_as_the_editor_writes_them(chromium: Browser, own_node_red: NodeRed) -> None:
    own_node_red.start()
    with Editor(chromium, own_node_red) as editor:
        editor.show("Pictures")
        editor.move("a new picture", 20)
        editor.deploy()
        assert own_node_red.flows.read_text() != SHIPPED.read_text()
        editor.move("a new picture", -20)
        editor.deploy()
    assert without_frames(own_node_red.flows) == without_frames(SHIPPED)
    written = own_node_red.flows.read_text()
    assert written == as_editor_writes(json.loads(written))


def without_frames(path: Path) -> str:
    """A flow file, but for the frames of groups: how wide the editor draws a node depends on the machine's fonts."""
    nodes = json.loads(path.read_text())
    for group in (node for node in nodes if node["type"] == "group"):
        for measure in ("x", "y", "w", "h"):
            del group[measure]
    return as_editor_writes(nodes)


def test_an_edit_survives_a_restart_and_an_upgrade(
    chromium: Browser, own_node_red: NodeRed, own_bus: Bus, tmp_path: Path
) -> None:
    own_node_red.start()
    with Editor(chromium, own_node_red) as editor:
        editor.show("Alerts")
        editor.rename("a picture was looked at", "what the detector saw")
        editor.show("Pictures")
        editor.move("a new picture", 20)
        editor.deploy()
    own_node_red.stop()
    own_node_red.seed()
    flows = Flows(own_node_red.folder, next_release(tmp_path))
    assert {line.name: line.standing for line in Flows(own_node_red.folder).status()}["Alerts"] == "yours differs"
    report = flows.upgrade()
    assert (report.replaced, report.kept) == (["Pictures"], ["Alerts"])
    own_node_red.start()
    with Editor(chromium, own_node_red) as editor:
        names = editor.page.evaluate("RED.nodes.filterNodes({}).map(node => node.name)")
    assert {"what the detector saw", "a picture from a camera"} <= set(names)
    own_bus.tell("image/new", example("image-new"))
    assert own_bus.hear("work/detect")["camera_id"] == "front-door"


def test_a_tab_is_taken_back_while_node_red_runs(chromium: Browser, own_node_red: NodeRed) -> None:
    own_node_red.start()
    with Editor(chromium, own_node_red) as editor:
        editor.show("Chores")
        editor.rename("the services tidy up", "all clean up")
        editor.deploy()
    url = own_node_red.url().rstrip("/")
    Flows(own_node_red.folder).reset("Chores")
    assert reload(url, "wrong") is NodeRedAnswer.REFUSED
    assert reload(url, PASSWORD) is NodeRedAnswer.RELOADED
    with Editor(chromium, own_node_red) as editor:
        names = editor.page.evaluate("RED.nodes.filterNodes({}).map(node => node.name)")
    assert "the services tidy up" in names
    own_node_red.stop()
    assert reload(url, PASSWORD) is NodeRedAnswer.SILENT


def next_release(folder: Path) -> Path:
    """The shipped flows with a changed node on *Pictures* and on *Alerts*."""
    renamed = {"a new picture": "a picture from a camera", "a picture was looked at": "a picture has been looked at"}
    nodes = json.loads(SHIPPED.read_text())
    for node in nodes:
        if node.get("name") in renamed:
            node["name"] = renamed[node["name"]]
    (folder / "flows.json").write_text(as_editor_writes(nodes))
    return folder / "flows.json"
