import numpy as np
import onnxruntime

from services.detector.convert.onnx import OnnxGraph


def test_a_graph_of_constants_attributes_and_outputs_runs() -> None:
    graph = OnnxGraph("test")
    picture = graph.input("in", [1, 2])
    clipped = graph.node("Clip", [picture], {"min": -1.0, "max": 2.0})
    doubled = graph.node("Add", [clipped, graph.constant(np.array([[10, 20]], np.float32))])
    shape = graph.constant(np.array([2, 1], np.int64))
    graph.node("Reshape", [doubled, shape], output="out")
    graph.output("out", [2, 1])
    session = onnxruntime.InferenceSession(graph.serialize())
    (out,) = session.run(None, {"in": np.array([[-5, 5]], np.float32)})
    assert out.tolist() == [[9], [22]]
