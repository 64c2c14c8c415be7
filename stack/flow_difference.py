"""What differs between the owner's version of a tab and the shipped one, as sentences. Pure functions."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stack.flow_pieces import PLACES, Node, Piece

# What the editor keeps for itself: a group's members say the same as their `g`, `z` is the tab.
QUIET = PLACES | {"id", "z", "nodes"}
NONE: Any = object()
SHOWN_MAX = 80


def differences(mine: Piece | None, shipped: Piece | None) -> list[str]:
    """One sentence a difference; none where both do the same. Where nodes stand is no difference."""
    ours, theirs = _by_id(mine), _by_id(shipped)
    called = {**theirs, **ours}
    return [
        *(f"only in yours: {_title(node)}" for key, node in ours.items() if key not in theirs),
        *(f"only in ours: {_title(node)}" for key, node in theirs.items() if key not in ours),
        *(line for key, node in ours.items() if key in theirs for line in _changes(node, theirs[key], called)),
    ]


def _by_id(piece: Piece | None) -> dict[str, Node]:
    return {node["id"]: node for node in piece.nodes} if piece else {}


def _changes(mine: Node, shipped: Node, called: Mapping[str, Node]) -> Iterator[str]:
    for field in sorted((mine.keys() | shipped.keys()) - QUIET):
        yours, ours = mine.get(field, NONE), shipped.get(field, NONE)
        if yours != ours:
            told = [_told(field, value, called) for value in (yours, ours)]
            yield f"{_title(mine)}: {_name_of(field)} is {told[0]} in yours, {told[1]} in ours"


def _name_of(field: str) -> str:
    return {"wires": "the way on", "d": "disabled", "g": "the group"}.get(field, field)


def _told(field: str, value: Any, called: Mapping[str, Node]) -> str:
    if value is NONE:
        return "not there"
    if field == "wires":
        ways = [" and ".join(_title(called[key]) for key in way if key in called) or "nowhere" for way in value]
        return "; ".join(ways) or "nowhere"
    if field == "g":
        return _title(called[value]) if value in called else "another one"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"


def _title(node: Node) -> str:
    name = node.get("name") or node.get("label")
    return f"“{name}” ({node['type']})" if name else str(node["type"])
