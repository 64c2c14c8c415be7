import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.detector.convert.onnx import OnnxGraph
from services.detector.look import Looker
from services.detector.plugin import Detector
from tests.detector.conftest import FrameOf

GUIDE = Path(__file__).parents[2] / "docs" / "detection.md"


@pytest.fixture
def my_model() -> Callable[..., Detector]:
    """The class that the guide tells people to copy."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, str(GUIDE), "exec"), names)
    made: Callable[..., Detector] = names["MyModel"]
    return made


def test_the_plug_in_of_the_guide_works_as_it_stands(my_model: Callable[..., Detector], frame_of: FrameOf) -> None:
    graph = OnnxGraph("two-rows")
    picture = graph.input("images", [1, 3, 20, 40])
    flat = graph.node("Reshape", [picture, graph.constant(np.array([1, 2400], np.int64))])
    nothing = graph.node("MatMul", [flat, graph.constant(np.zeros((2400, 6), np.float32))])
    rows = np.array([[10, 0, 30, 20, 0.9, 1], [0, 0, 40, 20, 0.1, 0]], np.float32)
    graph.node("Add", [graph.constant(rows), nothing], output="rows")
    graph.output("rows", [2, 6])
    detector = Looker(my_model("my-model", "1", graph.serialize(), 1))
    ((found,),) = detector.detect([frame_of(np.zeros((50, 50, 3), np.uint8))], 0.4)
    assert found.label == "badger"
    assert found.box == pytest.approx((0, 0, 1, 1))
