"""Writes an ONNX file: nodes, constants, inputs and outputs. Field numbers are those of onnx.proto3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.protobuf import block, integer, single, text

OPSET = 9  # the newest that OpenCV 4.6 reads: from 11 on Clip takes its limits as inputs, which it refuses
IR_VERSION = 4  # the first in which a constant need not be listed among the inputs

_FLOAT, _INT64 = 1, 7  # TensorProto.DataType
_TENSOR_TYPES = {np.dtype(np.float32): _FLOAT, np.dtype(np.int64): _INT64}
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_INTS = 1, 2, 7  # AttributeProto.AttributeType

Attribute = float | int | Sequence[int]
Array = NDArray[np.float32] | NDArray[np.int64]


class OnnxGraph:
    """A graph under construction; values are known by their names."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._count = 0

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        attributes: Mapping[str, Attribute] | None = None,
        output: str | None = None,
    ) -> str:
        """Add one operation and return the name of its (single) output."""
        output = output or self._fresh(operator)
        fields = [text(1, name) for name in inputs]
        fields += [text(2, output), text(3, output), text(4, operator)]
        fields += [block(5, _attribute(key, value)) for key, value in (attributes or {}).items()]
        self._nodes.append(b"".join(fields))
        return output

    def constant(self, values: Array) -> str:
        """Add a float32 or int64 constant and return its name."""
        name = self._fresh("constant")
        kind = _TENSOR_TYPES[values.dtype]
        little_endian = values.astype(values.dtype.newbyteorder("<"))
        fields = [integer(1, size) for size in values.shape]
        fields += [integer(2, kind), text(8, name), block(9, little_endian.tobytes())]
        self._constants.append(b"".join(fields))
        return name

    def input(self, name: str, shape: Sequence[int]) -> str:
        """Declare a float32 input."""
        self._inputs.append(_value_info(name, shape))
        return name

    def output(self, name: str, shape: Sequence[int]) -> None:
        """Declare that the value of this name, a float32 tensor of this shape, is an output."""
        self._outputs.append(_value_info(name, shape))

    def serialize(self) -> bytes:
        """Return the whole file. The same graph always gives the same bytes."""
        graph = [block(1, node) for node in self._nodes]
        graph.append(text(2, self._name))
        graph += [block(5, constant) for constant in self._constants]
        graph += [block(11, value) for value in self._inputs]
        graph += [block(12, value) for value in self._outputs]
        opset = text(1, "") + integer(2, OPSET)
        return integer(1, IR_VERSION) + text(2, "hearthwatch") + block(7, b"".join(graph)) + block(8, opset)

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind.lower()}_{self._count}"


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return text(1, name) + single(2, value) + integer(20, _ATTRIBUTE_FLOAT)
    if isinstance(value, int):
        return text(1, name) + integer(3, value) + integer(20, _ATTRIBUTE_INT)
    numbers = b"".join(integer(8, number) for number in value)
    return text(1, name) + numbers + integer(20, _ATTRIBUTE_INTS)


def _value_info(name: str, shape: Sequence[int]) -> bytes:
    dimensions = b"".join(block(1, integer(1, size)) for size in shape)
    tensor = integer(1, _FLOAT) + block(2, dimensions)
    return text(1, name) + block(2, block(1, tensor))
