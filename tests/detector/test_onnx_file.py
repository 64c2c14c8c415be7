import numpy as np
import pytest

from services.detector.convert.onnx import OnnxGraph
from services.detector.convert.protobuf import block, integer, single, text, varint
from services.detector.onnx_file import constant, input_shape
from services.detector.plugin import DetectorError

VALUES = np.arange(6, dtype=np.float32).reshape(1, 2, 3)


def file_of(*fields: bytes) -> bytes:
    """A model of nothing but these fields of its graph, behind a version and a producer."""
    return integer(1, 4) + text(2, "somebody") + block(7, b"".join(fields))


def value(name: str, *sides: bytes) -> bytes:
    shape = block(2, b"".join(block(1, side) for side in sides))
    return text(1, name) + block(2, block(1, integer(1, 1) + shape))


def test_the_shape_of_the_input_is_read() -> None:
    graph = OnnxGraph("test")
    graph.node("Identity", [graph.input("in", [1, 3, 20, 40])], output="out")
    graph.output("out", [1, 3, 20, 40])
    assert input_shape(graph.serialize()) == [1, 3, 20, 40]


def test_sides_that_are_left_open_are_named() -> None:
    model = file_of(block(11, value("in", text(2, "batch"), integer(1, 3), b"")))
    assert input_shape(model) == ["batch", 3, 0]


def test_weights_that_old_files_list_among_the_inputs_are_none() -> None:
    weights = block(5, text(8, "weights") + integer(2, 1))
    model = file_of(weights, block(11, value("weights", integer(1, 9))), block(11, value("in", integer(1, 1))))
    assert input_shape(model) == [1]


def test_a_file_without_an_input_has_no_shape() -> None:
    assert input_shape(file_of()) == []


def test_values_in_the_file_are_read_under_their_own_name_and_under_one_that_a_node_gives_them() -> None:
    graph = OnnxGraph("test")
    name = graph.constant(VALUES)
    graph.node("Identity", [name], output="anchors")
    graph.output("anchors", VALUES.shape)
    for known_as in (name, "anchors"):
        np.testing.assert_array_equal(constant(graph.serialize(), known_as), VALUES)


def test_a_shape_may_be_packed_into_one_field() -> None:
    packed = block(1, b"".join(varint(side) for side in VALUES.shape))
    model = file_of(block(5, packed + text(8, "anchors") + block(9, VALUES.tobytes())))
    np.testing.assert_array_equal(constant(model, "anchors"), VALUES)


def test_fields_of_other_kinds_are_passed_over() -> None:
    other = single(30, 1.5) + varint(31 << 3 | 1) + bytes(8)
    assert input_shape(other + file_of(block(11, value("in", integer(1, 7))))) == [7]


def test_values_that_are_not_there_are_told_by_name() -> None:
    with pytest.raises(DetectorError, match="holds no values named anchors"):
        constant(file_of(), "anchors")


@pytest.mark.parametrize("model", [b"\xff", varint(7 << 3 | 3)])
def test_what_is_no_such_file_is_told(model: bytes) -> None:
    with pytest.raises(DetectorError, match="cannot be read"):
        input_shape(model)
