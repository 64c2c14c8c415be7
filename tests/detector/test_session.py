import numpy as np
import pytest

from services.detector.convert.onnx import OnnxGraph
from services.detector.plugin import DetectorError
from services.detector.session import OnnxSession


def model(shape: list[int]) -> bytes:
    graph = OnnxGraph("test")
    graph.node("Identity", [graph.input("in", shape)], output="out")
    graph.output("out", shape)
    return graph.serialize()


def test_the_size_of_the_input_is_read_from_the_model() -> None:
    assert OnnxSession(model([1, 3, 20, 40]), threads=1).input_size == (40, 20)


@pytest.mark.parametrize("shape", [[1, 1, 20, 40], [3, 20, 40], [2, 3, 20, 40]])
def test_a_model_that_does_not_take_one_colour_picture_is_refused(shape: list[int]) -> None:
    with pytest.raises(DetectorError, match="wants input"):
        _ = OnnxSession(model(shape), threads=1).input_size


def test_a_picture_of_another_size_is_a_detector_error() -> None:
    session = OnnxSession(model([1, 3, 2, 2]), threads=1)
    with pytest.raises(DetectorError, match="failed on this picture"):
        session.run(None, np.zeros((1, 3, 4, 4), np.float32))
