"""An upgrade's decisions, tab by tab."""

from typing import Any

import pytest

from stack.flow_pieces import Merge, Node, Piece, join, merge, same, split, standing

OWN = "my tab"


def tab(name: str, text: str = "", x: int = 100) -> list[Node]:
    key = name.lower()
    return [
        {"id": key, "type": "tab", "label": name},
        {"id": f"{key}-group", "type": "group", "z": key, "nodes": [f"{key}-node"], "x": x, "y": 10, "w": 200, "h": 50},
        {"id": f"{key}-node", "type": "debug", "z": key, "name": text, "x": x, "y": 20, "wires": []},
    ]


def setting(text: str = "") -> list[Node]:
    return [{"id": "broker", "type": "mqtt-broker", "name": "broker", "keepalive": text}]


def merged(base: list[Node], mine: list[Node], shipped: list[Node]) -> Merge:
    return merge(split(base), split(mine), split(shipped))


def text_of(result: Merge, name: str) -> str | None:
    piece = result.pieces.get(name.lower())
    return str(piece.nodes[2]["name"]) if piece else None


def test_a_tab_that_the_owner_left_alone_is_brought_up_to_date() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "v1"), tab("Alerts", "v2"))
    assert (text_of(result, "Alerts"), result.replaced, result.kept) == ("v2", ["Alerts"], [])


def test_a_tab_that_the_owner_changed_is_kept_and_named() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "mine"), tab("Alerts", "v2"))
    assert (text_of(result, "Alerts"), result.replaced, result.kept) == ("mine", [], ["Alerts"])


def test_a_changed_tab_is_not_named_while_the_shipped_one_stays_the_same() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "mine"), tab("Alerts", "v1"))
    assert (text_of(result, "Alerts"), result.kept) == ("mine", [])


def test_the_owners_own_tab_is_never_touched() -> None:
    own = tab(OWN, "mine")
    result = merged(tab("Alerts", "v1"), [*tab("Alerts", "v1"), *own], tab("Alerts", "v2"))
    assert list(result.pieces[OWN].nodes) == own


def test_a_new_shipped_tab_is_added() -> None:
    result = merged(tab("Alerts"), tab("Alerts"), [*tab("Alerts"), *tab("Rules", "v1")])
    assert (text_of(result, "Rules"), result.added) == ("v1", ["Rules"])


def test_a_tab_that_the_owner_deleted_stays_deleted_and_is_named_once_it_changes() -> None:
    assert merged(tab("Alerts", "v1"), [], tab("Alerts", "v1")).kept == []
    result = merged(tab("Alerts", "v1"), [], tab("Alerts", "v2"))
    assert (result.pieces, result.kept) == ({}, ["Alerts"])


def test_a_tab_that_is_no_longer_shipped_goes_unless_the_owner_changed_it() -> None:
    assert merged(tab("Old", "v1"), tab("Old", "v1"), []).removed == ["Old"]
    assert text_of(merged(tab("Old", "v1"), tab("Old", "mine"), []), "Old") == "mine"


def test_a_setting_that_is_no_longer_shipped_stays_for_the_owners_own_tabs() -> None:
    assert list(merged(setting(), setting(), []).pieces) == ["broker"]


def test_moving_nodes_counts_as_leaving_the_tab_alone() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "v1", x=300), tab("Alerts", "v2"))
    assert result.replaced == ["Alerts"]


def test_moved_nodes_stay_where_they_are_while_the_shipped_tab_stays_the_same() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "v1", x=300), tab("Alerts", "v1"))
    assert result.pieces["alerts"].nodes[2]["x"] == 300


def test_a_change_that_the_owner_had_made_already_is_no_difference() -> None:
    result = merged(tab("Alerts", "v1"), tab("Alerts", "v2"), tab("Alerts", "v2"))
    assert (result.kept, result.replaced) == ([], [])


def test_without_a_record_of_what_was_shipped_what_differs_is_the_owners() -> None:
    result = merged([], [*tab("Alerts", "mine"), *setting()], [*tab("Alerts", "v1"), *setting()])
    assert (text_of(result, "Alerts"), result.kept) == ("mine", ["Alerts"])


def test_a_changed_setting_is_kept_like_a_tab() -> None:
    assert merged(setting("15"), setting("60"), setting("20")).kept == ["broker"]
    assert merged(setting("15"), setting("15"), setting("20")).replaced == ["broker"]


def test_pieces_come_together_in_the_order_of_the_editor() -> None:
    nodes = [*tab("Alerts"), *setting(), *tab("Rules")]
    assert [node["id"] for node in join(split(nodes))] == [
        "alerts", "rules", "alerts-group", "rules-group", "broker", "alerts-node", "rules-node",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "shipped", "expected"),
    [
        (tab("A", "1"), tab("A", "1", x=9), "as shipped"),
        (tab("A", "2"), tab("A", "1"), "yours differs"),
        (tab("A", "1"), [], "your own"),
        ([], tab("A", "1"), "deleted by you"),
    ],
)
def test_the_standing_of_a_tab(mine: list[Node], shipped: list[Node], expected: str) -> None:
    assert standing(split(mine).get("a"), split(shipped).get("a")) == expected


def test_wiring_that_changed_is_a_difference() -> None:
    def piece(**changes: Any) -> Piece:
        nodes = tab("A")
        nodes[2].update(changes)
        return split(nodes)["a"]

    assert not same(piece(), piece(wires=[["b"]]))
    assert not same(piece(), piece(d=True))
    assert not same(piece(), None)
