"""Converts the part of a TensorFlow.js graph between one input and some outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from services.detector.convert.onnx import OnnxGraph
from services.detector.convert.operators import OPERATORS, SHAPE_ARITHMETIC, Scope, plain
from services.detector.convert.problem import ConversionError
from services.detector.convert.tfjs import Node, TfGraph
from services.detector.convert.value import Tensor

INPUT = "picture"


def convert(
    source: TfGraph,
    entry: str,
    size: tuple[int, int],
    outputs: Mapping[str, str],
    constants: Mapping[str, str],
) -> bytes:
    """Return an ONNX file that computes `outputs` (name in the file: node) from the value of node `entry`.

    The input is `picture`, float32 (1, 3, height, width), `size` being (width, height). `constants` (name
    in the file: node) become outputs too, so that a file is complete in itself. Raises ConversionError for
    an operation that is not known.
    """
    target = OnnxGraph("hearthwatch")
    scope = Scope(source, target)
    width, height = size
    scope.values[entry] = plain(Tensor(target.input(INPUT, [1, 3, height, width]), (1, height, width, 3)))
    _translate(scope, _needed(source, entry, outputs.values()))
    for name, node in outputs.items():
        tensor = scope.tensor(node)
        target.node("Identity", [tensor.name], output=name)
        target.output(name, tensor.shape)
    for name, node in constants.items():
        values = scope.constant(node).astype("float32")
        target.node("Identity", [target.constant(values)], output=name)
        target.output(name, values.shape)
    return target.serialize()


def _translate(scope: Scope, nodes: Sequence[Node]) -> None:
    uses = Counter(name for node in nodes for name in node.inputs)
    for node in nodes:
        if node.op not in OPERATORS:
            raise ConversionError(f"{node.name}: the operation {node.op} is not known to the converter")
        scope.values[node.name] = OPERATORS[node.op](scope, node)
        if uses[node.name] > 1:
            scope.tensor(node.name)  # written once now, or each use would compute it again


def _needed(source: TfGraph, entry: str, wanted: Iterable[str]) -> list[Node]:
    """Return the nodes that the wanted ones rest on, each after those it needs."""
    order: list[Node] = []
    seen = {entry, *source.constants}
    waiting = [(name, False) for name in wanted]
    while waiting:
        name, inputs_done = waiting.pop()
        if inputs_done:
            order.append(source.nodes[name])
        elif name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting += [(needed, False) for needed in _operands(source, name)]
    return order


def _operands(source: TfGraph, name: str) -> list[str]:
    if name not in source.nodes:
        raise ConversionError(f"the graph has no node {name}")
    inputs = source.nodes[name].inputs
    return [one for one in inputs if source.nodes[one].op not in SHAPE_ARITHMETIC] if inputs else []
