"""What flows along an edge of a graph while it is converted: sums that are not written down yet.

A batch norm after a convolution is a scale and a shift per channel. Kept as a pending sum, both are worked
into the convolution's weights and bias, and cost nothing when the model runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.detector.convert.onnx import Attribute, OnnxGraph
from services.detector.convert.problem import ConversionError

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Tensor:
    """A value that the ONNX graph already computes.

    `shape` is TensorFlow's (batch, height, width, channels for a picture). Pictures are stored channels
    first.
    """

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Convolution:
    """A convolution not yet written; `weights` are (out, in / group, height, width)."""

    source: str
    weights: Weights
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class Sum:
    """The sum of its terms and of `shift`, a number per channel."""

    terms: tuple[Tensor | Convolution, ...]
    shape: tuple[int, ...]
    shift: Weights | None = None

    def shifted(self, by: NDArray[Any]) -> Sum:
        """Return this sum plus a number per channel."""
        shift = np.broadcast_to(by, self.shape[-1:]).astype(np.float32)
        return replace(self, shift=shift if self.shift is None else self.shift + shift)

    def scaled(self, by: NDArray[Any]) -> Sum:
        """Return this sum times a number per channel; only a lone convolution can take it in."""
        if len(self.terms) != 1 or not isinstance(self.terms[0], Convolution):
            raise ConversionError("a scale can only be folded into a convolution directly before it")
        factor = np.broadcast_to(by, self.shape[-1:]).astype(np.float32)
        weights = self.terms[0].weights * factor[:, None, None, None]
        shift = None if self.shift is None else self.shift * factor
        return Sum((replace(self.terms[0], weights=weights),), self.shape, shift)

    def plus(self, other: Sum) -> Sum:
        """Return the sum of both."""
        if self.shape != other.shape:
            raise ConversionError(f"cannot add shapes {self.shape} and {other.shape}")
        total = Sum(self.terms + other.terms, self.shape, self.shift)
        return total if other.shift is None else total.shifted(other.shift)


def written(value: Sum, graph: OnnxGraph) -> Tensor:
    """Write a sum into the graph, the shift as the bias of its first convolution."""
    shift = value.shift
    names: list[str] = []
    for term in value.terms:
        if isinstance(term, Convolution):
            names.append(_convolution(term, shift, graph))
            shift = None
        else:
            names.append(term.name)
    if shift is not None:
        names.append(graph.constant(shift[:, None, None]))
    name = names[0]
    for other in names[1:]:
        name = graph.node("Add", [name, other])
    return Tensor(name, value.shape)


def _convolution(term: Convolution, bias: Weights | None, graph: OnnxGraph) -> str:
    inputs = [term.source, graph.constant(term.weights)]
    if bias is not None:
        inputs.append(graph.constant(bias))
    return graph.node("Conv", inputs, term.attributes)
