"""What is said of two versions of a tab."""

import copy
import json
from typing import Any

from stack.flow_difference import differences
from stack.flow_pieces import Piece, same, split
from stack.flows import SHIPPED


def alerts() -> dict[str, Any]:
    """The shipped tab's nodes by name, to be changed; of several with one name, the later ones by id."""
    made: dict[str, Any] = {}
    for node in copy.deepcopy(piece("Alerts").nodes):
        name = str(node.get("name") or node.get("label"))
        made[node["id"] if name in made else name] = node
    return made


def piece(name: str) -> Piece:
    return next(one for one in split(json.loads(SHIPPED.read_text())).values() if one.name == name)


def told(mine: dict[str, Any]) -> list[str]:
    shipped = piece("Alerts")
    made = Piece(shipped.id, "tab", "Alerts", tuple(mine.values()))
    lines = differences(made, shipped)
    assert bool(lines) != same(made, shipped)
    return lines


def test_a_tab_as_shipped_differs_in_nothing_wherever_its_nodes_stand() -> None:
    mine = alerts()
    assert told(mine) == []
    mine["a picture was looked at"]["x"] += 300
    assert told(mine) == []


def test_a_changed_property_is_told_with_both_values() -> None:
    mine = alerts()
    mine["the notifier has decided"]["topic"] = "mine/decided"
    topic = "“the notifier has decided” (mqtt in): topic"
    assert told(mine) == [f'{topic} is "mine/decided" in yours, "${{TOPIC_ALERT_DECISION}}" in ours']


def test_another_wire_is_told_by_the_names_of_the_nodes() -> None:
    mine = alerts()
    mine["the notifier has decided"]["wires"] = [[]]
    [line] = told(mine)
    assert line.startswith("“the notifier has decided” (mqtt in): the way on is nowhere in yours, “last decision”")


def test_nodes_that_only_one_has_are_named() -> None:
    mine = alerts()
    del mine["last delivery"]
    mine["lamp"] = {"id": "lamp", "type": "debug", "z": piece("Alerts").id, "name": "lamp", "wires": []}
    lines = told(mine)
    assert lines[:2] == ["only in yours: “lamp” (debug)", "only in ours: “last delivery” (debug)"]


def test_a_tab_that_the_owner_has_deleted_is_only_ours() -> None:
    lines = differences(None, piece("Chores"))
    assert len(lines) == len(piece("Chores").nodes)
    assert all(line.startswith("only in ours: ") for line in lines)
