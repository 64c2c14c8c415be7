"""How each TensorFlow operation of a convolutional detector is said in ONNX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.onnx import Attribute, OnnxGraph
from services.detector.convert.problem import ConversionError
from services.detector.convert.tfjs import Node, TfGraph
from services.detector.convert.value import Convolution, Sum, Tensor, written

Value = Sum | NDArray[Any]


class Scope:
    """What an operation may see: the graph that it comes from, the one it goes to, and the values so far."""

    def __init__(self, source: TfGraph, target: OnnxGraph) -> None:
        self.source, self.target = source, target
        self.values: dict[str, Sum] = {}
        self._tensors: dict[str, Tensor] = {}

    def constant(self, name: str) -> NDArray[Any]:
        """Return a constant input, or say that it is none."""
        if name not in self.source.constants:
            raise ConversionError(f"{name} should be a constant")
        return self.source.constants[name]

    def operand(self, name: str) -> Value:
        """Return an input, be it a constant or computed."""
        return self.source.constants[name] if name in self.source.constants else self.values[name]

    def tensor(self, name: str) -> Tensor:
        """Return a computed input, written down; asked again, it is the same one."""
        if name not in self._tensors:
            self._tensors[name] = written(self.values[name], self.target)
            self.values[name] = plain(self._tensors[name])
        return self._tensors[name]


def plain(tensor: Tensor) -> Sum:
    """Return the sum that is just this tensor."""
    return Sum((tensor,), tensor.shape)


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return what TensorFlow's SAME adds (before, after) one axis; an odd rest goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _convolution(scope: Scope, node: Node) -> Sum:
    kernel = scope.constant(node.inputs[1])  # height, width, in, out
    return _convolve(scope, node, kernel.transpose(3, 2, 0, 1), group=1)


def _depthwise(scope: Scope, node: Node) -> Sum:
    kernel = scope.constant(node.inputs[1])  # height, width, in, multiplier
    height, width, channels, multiplier = kernel.shape
    weights = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return _convolve(scope, node, weights, group=channels)


def _convolve(scope: Scope, node: Node, weights: NDArray[Any], group: int) -> Sum:
    expected = {"padding": "SAME", "data_format": "NHWC"}
    if any(node.text(key) != value for key, value in expected.items()) or set(node.integers("dilations")) != {1}:
        raise ConversionError(f"{node.name}: only undilated NHWC convolutions with SAME padding are known")
    source = scope.tensor(node.inputs[0])
    batch, height, width, _ = source.shape
    _, down, across, _ = node.integers("strides")
    top, bottom = same_padding(height, weights.shape[2], down)
    left, right = same_padding(width, weights.shape[3], across)
    attributes: dict[str, Attribute] = {
        "kernel_shape": list(weights.shape[2:]),
        "strides": [down, across],
        "pads": [top, left, bottom, right],
        "group": group,
    }
    shape = (batch, -(-height // down), -(-width // across), weights.shape[0])
    term = Convolution(source.name, np.ascontiguousarray(weights, np.float32), attributes)
    return Sum((term,), shape)


def _add(scope: Scope, node: Node) -> Sum:
    operands = [scope.operand(name) for name in node.inputs]
    sums = [operand for operand in operands if isinstance(operand, Sum)]
    if not sums:
        raise ConversionError(f"{node.name}: a sum of constants")
    total = sums[0]
    for other in sums[1:]:
        total = total.plus(other)
    for shift in (operand for operand in operands if not isinstance(operand, Sum)):
        total = total.shifted(shift)
    return total


def _multiply(scope: Scope, node: Node) -> Sum:
    left, right = (scope.operand(name) for name in node.inputs)
    if isinstance(left, Sum) and not isinstance(right, Sum):
        return left.scaled(right)
    if isinstance(right, Sum) and not isinstance(left, Sum):
        return right.scaled(left)
    raise ConversionError(f"{node.name}: only a product with a constant is known")


def _batch_norm(scope: Scope, node: Node) -> Sum:
    gamma, beta, mean, variance = (scope.constant(name) for name in node.inputs[1:5])
    scale = gamma / np.sqrt(variance + np.float32(node.number("epsilon")))
    return scope.values[node.inputs[0]].scaled(scale).shifted(beta - mean * scale)


def _relu6(scope: Scope, node: Node) -> Sum:
    source = scope.tensor(node.inputs[0])
    name = scope.target.node("Clip", [source.name], {"min": 0.0, "max": 6.0})
    return plain(Tensor(name, source.shape))


def _reshape(scope: Scope, node: Node) -> Sum:
    source = scope.tensor(node.inputs[0])
    pack = scope.source.nodes[node.inputs[1]]
    if pack.op != "Pack":
        raise ConversionError(f"{node.name}: only a shape packed from constants is known")
    # The first entry is the batch size taken at run time; here it is always one picture.
    shape = (1, *(int(scope.constant(name)) for name in pack.inputs[1:]))
    total = int(np.prod(source.shape))
    shape = tuple(total // -int(np.prod(shape)) if size == -1 else size for size in shape)
    channels_last = scope.target.node("Transpose", [source.name], {"perm": [0, 2, 3, 1]})
    return _reshaped(scope, channels_last, shape)


def _squeeze(scope: Scope, node: Node) -> Sum:
    source = scope.tensor(node.inputs[0])
    dropped = node.integers("squeeze_dims")
    shape = tuple(size for axis, size in enumerate(source.shape) if axis not in dropped)
    return _reshaped(scope, source.name, shape)


def _reshaped(scope: Scope, name: str, shape: tuple[int, ...]) -> Sum:
    wanted = scope.target.constant(np.array(shape, np.int64))
    return plain(Tensor(scope.target.node("Reshape", [name, wanted]), shape))


def _concatenate(scope: Scope, node: Node) -> Sum:
    parts = [scope.tensor(name) for name in node.inputs[:-1]]
    axis = int(scope.constant(node.inputs[-1]))
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    name = scope.target.node("Concat", [part.name for part in parts], {"axis": axis})
    return plain(Tensor(name, tuple(shape)))


OPERATORS: dict[str, Callable[[Scope, Node], Sum]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2dNative": _depthwise,
    "Add": _add,
    "AddN": _add,
    "BiasAdd": _add,
    "Mul": _multiply,
    "FusedBatchNorm": _batch_norm,
    "Relu6": _relu6,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "ConcatV2": _concatenate,
}
# What computes a shape rather than a picture; `_reshape` reads these itself.
SHAPE_ARITHMETIC = frozenset({"Pack", "Shape", "StridedSlice"})
