"""Reads a TensorFlow.js graph model: `model.json` with the topology, and the weights in shards beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.problem import ConversionError

_DTYPES = {"float32": np.dtype("<f4"), "int32": np.dtype("<i4")}

Constant = NDArray[Any]


@dataclass(frozen=True)
class Node:
    """One TensorFlow operation; `inputs` are the names of other nodes."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a string attribute: TensorFlow.js writes the codes of its characters."""
        return bytes(self.attributes[name]["s"]).decode()

    def integers(self, name: str) -> list[int]:
        """Return a list-of-integers attribute: its numbers are written as texts."""
        return [int(number) for number in self.attributes[name]["list"]["i"]]

    def number(self, name: str) -> float:
        """Return a float attribute."""
        return float(self.attributes[name]["f"])


@dataclass(frozen=True)
class TfGraph:
    """The nodes and the values of the constants among them, both by name."""

    nodes: Mapping[str, Node]
    constants: Mapping[str, Constant]


def read_graph(model_json: bytes, shards: Mapping[str, bytes]) -> TfGraph:
    """Read a graph model; `shards` holds the weight files by the names that `model.json` uses.

    Raises ConversionError for a missing shard, a shard of the wrong length or quantized weights.
    """
    model = json.loads(model_json)
    nodes = {raw["name"]: _node(raw) for raw in model["modelTopology"]["node"]}
    constants: dict[str, Constant] = {}
    for group in model["weightsManifest"]:
        constants.update(_weights(group["weights"], _joined(group["paths"], shards)))
    return TfGraph(nodes, constants)


def _node(raw: Mapping[str, Any]) -> Node:
    # "^name" only orders two nodes in time; it carries no value.
    inputs = tuple(name for name in raw.get("input", []) if not name.startswith("^"))
    return Node(raw["name"], raw["op"], inputs, raw.get("attr", {}))


def _joined(paths: Sequence[str], shards: Mapping[str, bytes]) -> bytes:
    missing = [path for path in paths if path not in shards]
    if missing:
        raise ConversionError(f"the weight files {', '.join(missing)} are missing")
    return b"".join(shards[path] for path in paths)


def _weights(entries: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, Constant]:
    offset = 0
    weights: dict[str, Constant] = {}
    for entry in entries:
        values = _values(entry, data, offset)
        weights[entry["name"]] = values
        offset += values.nbytes
    if offset != len(data):
        raise ConversionError(f"the weight files hold {len(data)} bytes, the model describes {offset}")
    return weights


def _values(entry: Mapping[str, Any], data: bytes, offset: int) -> Constant:
    name, dtype = entry["name"], _DTYPES.get(entry["dtype"])
    if dtype is None or "quantization" in entry:
        raise ConversionError(f"weight {name} is quantized or of type {entry['dtype']}; only plain float32 and int32")
    count = int(np.prod(entry["shape"], dtype=np.int64))
    if offset + count * dtype.itemsize > len(data):
        raise ConversionError(f"the weight files end within weight {name}")
    return np.frombuffer(data, dtype, count, offset).reshape(entry["shape"])
