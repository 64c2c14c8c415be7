from typing import Any

import numpy as np
import onnxruntime
import pytest

from services.detector.convert.graph import INPUT, convert
from services.detector.convert.problem import ConversionError
from services.detector.convert.tfjs import read_graph
from tests.detector.convert import tiny

SIZE = (5, 5)


def converted(nodes: list[dict[str, Any]] | None = None, output: str = "boxes") -> bytes:
    graph = read_graph(tiny.model_json(nodes), tiny.shards())
    return convert(graph, "entry", SIZE, {"boxes": output}, {"anchors": "anchors"})


def test_the_converted_network_computes_what_the_original_does() -> None:
    graph = read_graph(tiny.model_json(), tiny.shards())
    model = convert(graph, "entry", SIZE, {"boxes": "boxes", "wide": "wide"}, {"anchors": "anchors"})
    picture = np.random.default_rng(3).normal(0, 1, (5, 5, 3)).astype(np.float32)
    session = onnxruntime.InferenceSession(model)
    boxes, wide, anchors = session.run(None, {INPUT: picture.transpose(2, 0, 1)[None]})
    expected_boxes, expected_wide = tiny.computed(picture)
    np.testing.assert_allclose(boxes[0], expected_boxes, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(wide[0].transpose(1, 2, 0), expected_wide, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(anchors, tiny.FLOATS["anchors"])


def test_scales_shifts_and_norms_leave_no_operation_behind() -> None:
    model = converted()
    assert b"Conv" in model
    assert b"Mul" not in model
    assert b"BatchNormalization" not in model
    assert converted(output="wide").count(b"Add") == 0


def test_what_two_need_is_computed_once() -> None:
    assert converted().count(b"Clip") == 1


def test_the_same_network_always_gives_the_same_file() -> None:
    assert converted() == converted()


def test_an_unknown_operation_is_named() -> None:
    nodes = [*tiny.NODES[:6], {"name": "boxes", "op": "Softplus", "input": ["trunk"]}]
    with pytest.raises(ConversionError, match="boxes: the operation Softplus is not known"):
        converted(nodes)


def test_a_scale_after_an_activation_is_refused_not_lost() -> None:
    nodes = [*tiny.NODES[:6], {"name": "boxes", "op": "Mul", "input": ["trunk", "scale"]}]
    with pytest.raises(ConversionError, match="directly before it"):
        converted(nodes)


def test_a_convolution_of_another_kind_is_refused() -> None:
    attributes = tiny._strides(1) | {"padding": {"s": list(b"VALID")}}
    nodes = [*tiny.NODES[:2], {"name": "boxes", "op": "Conv2D", "input": ["entry", "kernel"], "attr": attributes}]
    with pytest.raises(ConversionError, match="SAME padding"):
        converted(nodes)


def test_sums_of_different_shapes_are_refused() -> None:
    nodes = [*tiny.NODES, {"name": "odd", "op": "AddN", "input": ["wide", "trunk"]}]
    with pytest.raises(ConversionError, match="cannot add shapes"):
        converted(nodes, output="odd")


def test_an_output_that_is_not_there_is_named() -> None:
    with pytest.raises(ConversionError, match="no node nowhere"):
        converted(output="nowhere")
