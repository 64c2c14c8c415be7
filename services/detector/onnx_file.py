"""Reads out of an ONNX file what an engine may not tell: what shape the input has, and values that are fixed.

Format: onnx.proto3 (ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto) in the protocol-buffer encoding,
https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from services.detector.plugin import DetectorError

_VARINT, _FIXED_64, _LENGTH_DELIMITED, _FIXED_32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED_64: 8, _FIXED_32: 4}


def input_shape(model: bytes) -> list[int | str]:
    """Return the sides of the first input; one that the file leaves open is a word or 0."""
    graph = _graph(model)
    fixed = {_text(tensor, 8) for tensor in _all(graph, 5)}
    inputs = (value for value in _all(graph, 11) if _text(value, 1) not in fixed)
    tensor = _only(_only(next(inputs, memoryview(b"")), 2), 1)
    return [_side(side) for side in _all(_only(tensor, 2), 1)]


def constant(model: bytes, name: str) -> NDArray[np.float32]:
    """Return float32 values that the file holds under this name, or that a node there only gives this name.

    Raises DetectorError where it holds none.
    """
    graph = _graph(model)
    renamed = {_text(node, 2): _text(node, 1) for node in _all(graph, 1) if _text(node, 4) == "Identity"}
    tensors = {_text(tensor, 8): tensor for tensor in _all(graph, 5)}
    tensor = tensors.get(renamed.get(name, name))
    if tensor is None:
        raise DetectorError(f"the model is not the one that is expected: it holds no values named {name}")
    sides = [side for value in _fields(tensor, 1) for side in _numbers(value)]
    # A copy: a view would keep the whole file in memory.
    return np.frombuffer(_only(tensor, 9), "<f4").reshape(sides).copy()


def _graph(model: bytes) -> memoryview:
    return _only(memoryview(model), 7)


def _side(side: memoryview) -> int | str:
    return next((value for value in _fields(side, 1) if isinstance(value, int)), _text(side, 2) or 0)


def _numbers(value: int | memoryview) -> list[int]:
    """A field of integers, one by one or packed."""
    if isinstance(value, int):
        return [value]
    numbers, position = [], 0
    while position < len(value):
        number, position = _varint(value, position)
        numbers.append(number)
    return numbers


def _text(message: memoryview, field: int) -> str:
    return bytes(_only(message, field)).decode()


def _only(message: memoryview, field: int) -> memoryview:
    return next(_all(message, field), memoryview(b""))


def _all(message: memoryview, field: int) -> Iterator[memoryview]:
    return (value for value in _fields(message, field) if isinstance(value, memoryview))


def _fields(message: memoryview, wanted: int) -> Iterator[int | memoryview]:
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        value, position = _value(message, position, key & 7)
        if key >> 3 == wanted:
            yield value


def _value(message: memoryview, position: int, kind: int) -> tuple[int | memoryview, int]:
    """The value at the position, and where the next field begins."""
    if kind == _VARINT:
        return _varint(message, position)
    size = _FIXED_SIZES.get(kind)
    if size is None:
        if kind != _LENGTH_DELIMITED:
            raise DetectorError(f"the model cannot be read: a field of the unknown kind {kind}")
        size, position = _varint(message, position)
    return message[position : position + size], position + size


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    for byte in message[position:]:
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise DetectorError("the model cannot be read: it ends within a number")
