"""A flow file in pieces that are kept or replaced as one: each tab, each subflow, each configuration node.

Pure functions. A node is a JSON object as Node-RED's flow file has it: `id`, `type`, and `z`, the id of its tab.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Node = dict[str, Any]
Standing = Literal["as shipped", "yours differs", "your own", "deleted by you"]

PLACES = frozenset({"x", "y", "w", "h"})
CONTAINERS = ("tab", "subflow")
# The order in which the editor writes nodes; what is not listed comes last.
RANKS = {"tab": 0, "subflow": 1, "group": 2, "junction": 3}
SETTING_RANK, NODE_RANK = 4, 5


@dataclass(frozen=True)
class Piece:
    """A tab or subflow with all that is on it, or one configuration node."""

    id: str
    kind: str
    name: str
    nodes: tuple[Node, ...]

    @property
    def is_tab(self) -> bool:
        """Whether a person sees it as a tab."""
        return self.kind == "tab"


Pieces = Mapping[str, Piece]


@dataclass(frozen=True)
class Merge:
    """What an upgrade makes of the owner's flows. The lists hold names for people."""

    pieces: dict[str, Piece] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def split(nodes: Iterable[Node]) -> dict[str, Piece]:
    """The pieces of a flow file by id, in the file's order."""
    listed = list(nodes)
    containers = {node["id"] for node in listed if node["type"] in CONTAINERS}
    members: dict[str, list[Node]] = {}
    for node in listed:
        home = str(node.get("z"))
        members.setdefault(home if home in containers else str(node["id"]), []).append(node)
    return {key: _piece(key, found) for key, found in members.items()}


def _piece(key: str, nodes: Sequence[Node]) -> Piece:
    head = next(node for node in nodes if node["id"] == key)
    return Piece(key, head["type"], head.get("label") or head.get("name") or head["type"], tuple(nodes))


def join(pieces: Pieces) -> list[Node]:
    """The flow file of these pieces, in the order that the editor writes."""
    placed = [(_rank(node, piece), node) for piece in pieces.values() for node in piece.nodes]
    return [node for _, node in sorted(placed, key=lambda pair: pair[0])]


def _rank(node: Node, piece: Piece) -> int:
    if node["type"] in RANKS:
        return RANKS[node["type"]]
    return NODE_RANK if piece.kind in CONTAINERS and "x" in node else SETTING_RANK


def same(one: Piece | None, other: Piece | None) -> bool:
    """Whether two pieces do the same: all but the places of nodes is equal."""
    if one is None or other is None:
        return one is other
    return _meaning(one) == _meaning(other)


def _meaning(piece: Piece) -> dict[str, Node]:
    return {node["id"]: _without_place(node) for node in piece.nodes}


def _without_place(node: Node) -> Node:
    kept = {key: value for key, value in node.items() if key not in PLACES}
    if node["type"] == "group":
        kept["nodes"] = sorted(node["nodes"])
    return kept


def standing(mine: Piece | None, shipped: Piece | None) -> Standing:
    """How a piece of the owner's stands to the shipped one. At least one of the two is there."""
    if shipped is None:
        return "your own"
    if mine is None:
        return "deleted by you"
    return "as shipped" if same(mine, shipped) else "yours differs"


def merge(base: Pieces, mine: Pieces, shipped: Pieces) -> Merge:
    """An upgrade: `base` was shipped last, `shipped` is shipped now. What the owner changed stays theirs."""
    result = Merge()
    order = [*(key for key in mine if key in shipped or key in base), *(key for key in shipped if key not in mine)]
    for key in [*order, *(key for key in mine if key not in order)]:
        _settle(result, base.get(key), mine.get(key), shipped.get(key))
    return result


def _settle(result: Merge, base: Piece | None, mine: Piece | None, shipped: Piece | None) -> None:
    if shipped is None:
        _settle_own_or_gone(result, base, mine)
    elif same(mine, shipped) or (mine is not None and same(base, shipped)):
        _take(result, mine or shipped)
    elif mine is None and base is None:
        result.added.append(shipped.name)
        _take(result, shipped)
    elif mine is not None and same(mine, base):
        result.replaced.append(shipped.name)
        _take(result, shipped)
    else:
        _keep_changed(result, base, mine, shipped)


def _keep_changed(result: Merge, base: Piece | None, mine: Piece | None, shipped: Piece) -> None:
    if not same(base, shipped):
        result.kept.append(shipped.name)
    if mine is not None:
        _take(result, mine)


def _settle_own_or_gone(result: Merge, base: Piece | None, mine: Piece | None) -> None:
    if mine is None:
        return
    # A configuration node that is no longer shipped may still be in use on the owner's tabs.
    if base is not None and same(mine, base) and mine.kind in CONTAINERS:
        result.removed.append(mine.name)
    else:
        _take(result, mine)


def _take(result: Merge, piece: Piece) -> None:
    result.pieces[piece.id] = piece
