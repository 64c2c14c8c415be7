"""The owner's flows in the data folder, and the command `scripts/flows`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stack import flows_command
from stack.flows import SHIPPED, Flows, FlowsReport, as_editor_writes, upgrade
from stack.problem import StackError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Noon:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0


def rename(path: Path, old: str, new: str) -> None:
    """Edits a flow file: one node gets another name."""
    nodes = json.loads(path.read_text())
    [node] = [node for node in nodes if node.get("name") == old]
    node["name"] = new
    path.write_text(as_editor_writes(nodes))


def add_own_tab(path: Path) -> None:
    nodes = json.loads(path.read_text())
    nodes.append({"id": "own", "type": "tab", "label": "My lamps", "disabled": False, "info": "", "env": []})
    nodes.append({"id": "lamp", "type": "debug", "z": "own", "name": "lamp", "x": 10, "y": 10, "wires": []})
    path.write_text(as_editor_writes(nodes))


@pytest.fixture
def next_release(tmp_path: Path) -> Path:
    """A copy of the shipped flows, to be changed as a next release would."""
    folder = tmp_path / "release"
    folder.mkdir()
    for name in ("flows.json", "flows_cred.json"):
        (folder / name).write_text((SHIPPED.parent / name).read_text())
    return folder / "flows.json"


@pytest.fixture
def flows(tmp_path: Path, next_release: Path) -> Flows:
    """Flows in a data folder, seeded."""
    made = Flows(tmp_path, next_release, Noon())
    made.upgrade()
    return made


def test_the_first_start_puts_the_shipped_flows_in_place(tmp_path: Path) -> None:
    report = upgrade(tmp_path)
    assert report == FlowsReport(seeded=True)
    assert (tmp_path / "nodered/flows.json").read_text() == SHIPPED.read_text()
    assert (tmp_path / "nodered/flows_cred.json").exists()
    assert Flows(tmp_path).differs() == []
    assert upgrade(tmp_path).lines() == []


def test_credentials_that_the_editor_has_encrypted_are_left_alone(flows: Flows) -> None:
    (flows.folder / "flows_cred.json").write_text('{"$": "encrypted"}')
    flows.upgrade()
    assert (flows.folder / "flows_cred.json").read_text() == '{"$": "encrypted"}'


def test_an_upgrade_changes_untouched_tabs_and_keeps_and_names_the_owners(flows: Flows, next_release: Path) -> None:
    rename(flows.running, "a picture was looked at", "my own name")
    add_own_tab(flows.running)
    rename(next_release, "a new picture", "a picture")
    rename(next_release, "a picture was looked at", "a picture has been looked at")
    assert flows.upgrade() == FlowsReport(False, [], ["Pictures"], [], ["Alerts"])
    names = {node.get("name") for node in json.loads(flows.running.read_text())}
    assert {"a picture", "my own name", "lamp"} <= names
    assert flows.differs() == [{"tab": "Alerts", "since": "2026-11-20T12:00:00.000000Z"}]


def test_a_difference_is_told_until_the_owner_decides(flows: Flows, next_release: Path) -> None:
    rename(flows.running, "a picture was looked at", "my own name")
    rename(next_release, "a picture was looked at", "a picture has been looked at")
    flows.upgrade()
    flows.upgrade()
    assert [entry["tab"] for entry in flows.differs()] == ["Alerts"]
    assert flows.keep("alerts")
    assert flows.differs() == []
    flows.upgrade()
    assert flows.differs() == []
    assert not flows.keep("Alerts")


def test_taking_the_shipped_tab_ends_the_difference(flows: Flows, next_release: Path) -> None:
    rename(flows.running, "a picture was looked at", "my own name")
    rename(next_release, "a picture was looked at", "a picture has been looked at")
    flows.upgrade()
    flows.reset("Alerts")
    assert flows.running.read_text() == next_release.read_text()
    assert flows.differs() == []


def test_a_tab_that_the_owner_made_equal_again_is_no_longer_told(flows: Flows, next_release: Path) -> None:
    rename(flows.running, "a picture was looked at", "my own name")
    rename(next_release, "a picture was looked at", "a picture has been looked at")
    flows.upgrade()
    rename(flows.running, "my own name", "a picture has been looked at")
    flows.upgrade()
    assert flows.differs() == []


def test_a_deleted_tab_stays_deleted_and_can_be_had_again(flows: Flows) -> None:
    nodes = json.loads(flows.running.read_text())
    chores = next(node["id"] for node in nodes if node.get("label") == "Chores")
    kept = [node for node in nodes if chores not in (node["id"], node.get("z"))]
    flows.running.write_text(as_editor_writes(kept))
    flows.upgrade()
    assert {line.name: line.standing for line in flows.status()}["Chores"] == "deleted by you"
    flows.reset("Chores")
    assert {line.name: line.standing for line in flows.status()}["Chores"] == "as shipped"


def test_pull_takes_the_editors_text_byte_for_byte(flows: Flows, next_release: Path) -> None:
    rename(flows.running, "a new picture", "a picture")
    add_own_tab(flows.running)
    assert flows.pull() == ["Pictures", "My lamps"]
    assert next_release.read_text() == flows.running.read_text()
    assert {line.standing for line in flows.status()} == {"as shipped"}
    assert flows.upgrade().lines() == []


@pytest.mark.parametrize("text", ["{broken", '{"not": "a list"}'])
def test_a_damaged_flow_file_is_named_and_nothing_is_changed(flows: Flows, text: str) -> None:
    flows.running.write_text(text)
    with pytest.raises(StackError, match=r"flows\.json.*repair it, or move it away"):
        flows.upgrade()
    with pytest.raises(StackError):
        flows.pull()
    assert flows.running.read_text() == text


def test_an_unknown_tab_is_answered_with_those_that_there_are(flows: Flows) -> None:
    tabs = "Pictures, Sightings, Rules, Alerts, Happenings, Modes and schedules, Health, Chores, Old flows"
    with pytest.raises(StackError, match=f"nothing named Sauna is shipped; there are: {tabs}"):
        flows.reset("Sauna")


def test_nothing_half_written_is_left(flows: Flows) -> None:
    flows.upgrade()
    expected = {"differs.json", "flows.json", "flows_cred.json", "shipped.json"}
    assert {path.name for path in flows.folder.iterdir()} == expected


def test_the_command_shows_how_each_tab_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert flows_command.main(["upgrade", "--data", str(tmp_path)]) == 0
    rename(tmp_path / "nodered/flows.json", "a picture was looked at", "my own name")
    add_own_tab(tmp_path / "nodered/flows.json")
    assert flows_command.main(["--data", str(tmp_path), "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The flows are in place as they are shipped."
    assert [line.split(maxsplit=1) for line in lines if line.startswith(("Pict", "Alert"))] == [
        ["Pictures", "as shipped"],
        ["Alerts", "yours differs"],
    ]
    assert any(line.startswith("My lamps ") and line.endswith("your own") for line in lines)


def test_the_command_takes_and_keeps_tabs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    upgrade(tmp_path)
    assert flows_command.main(["reset", "Alerts", "--data", str(tmp_path)]) == 0
    assert flows_command.main(["keep", "Alerts", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Alerts is as shipped; Node-RED is not running: it takes it at its next start",
        "nothing was told about Alerts: nothing to keep",
    ]


def test_the_command_says_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert flows_command.main(["status", "--data", str(tmp_path)]) == 1
    assert "scripts/flows: cannot read" in capsys.readouterr().err


def test_the_command_says_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    upgrade(tmp_path)
    assert flows_command.main(["compare", "Alerts", "--data", str(tmp_path)]) == 0
    assert "Alerts is as shipped" in capsys.readouterr().out
    rename(tmp_path / "nodered/flows.json", "last decision", "what was decided")
    assert flows_command.main(["compare", "alerts", "--data", str(tmp_path)]) == 0
    assert 'name is "what was decided" in yours, "last decision" in ours' in capsys.readouterr().out
    assert flows_command.main(["compare", "Nothing", "--data", str(tmp_path)]) == 1
