import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.detector import session as module
from services.detector.convert.onnx import OnnxGraph
from services.detector.cv_engine import CvEngine
from services.detector.look import Looker
from services.detector.nms import overlaps
from services.detector.opening import open_detector
from services.detector.ort_engine import OrtEngine
from services.detector.plugin import Detection, DetectorError, Pixels
from services.detector.session import Engine, OnnxSession, best_engine
from tests.detector.conftest import FrameOf

Choose = Callable[[type[Engine]], None]


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Has sessions run on one engine."""
    return lambda engine: monkeypatch.setattr(module, "best_engine", lambda: engine)


def model(shape: list[int], *more: list[int]) -> bytes:
    graph = OnnxGraph("test")
    entry = graph.input("in", shape)
    for number, other in enumerate([shape, *more]):
        flat = graph.node("Reshape", [entry, graph.constant(np.array(other, np.int64))])
        graph.node("Relu", [flat], output=f"out {number}")
        graph.output(f"out {number}", other)
    return graph.serialize()


def test_onnxruntime_runs_models_where_it_is_there() -> None:
    assert best_engine() is OrtEngine


def test_opencv_runs_them_where_onnxruntime_cannot_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "services.detector.ort_engine")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert best_engine() is CvEngine


def test_the_size_of_the_input_is_read_from_the_model() -> None:
    assert OnnxSession(model([1, 3, 20, 40]), threads=1).input_size == (40, 20)


@pytest.mark.parametrize("shape", [[1, 1, 20, 40], [3, 20, 40], [2, 3, 20, 40]])
def test_a_model_that_does_not_take_one_colour_picture_is_refused(shape: list[int]) -> None:
    with pytest.raises(DetectorError, match="wants input"):
        _ = OnnxSession(model(shape), threads=1).input_size


@pytest.mark.parametrize("engine", [OrtEngine, CvEngine])
def test_outputs_are_given_by_name_or_all(choose: Choose, engine: type[Engine]) -> None:
    choose(engine)
    session = OnnxSession(model([1, 3, 2, 2], [1, 12]), threads=1)
    picture = np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2)
    (flat,) = session.run(["out 1"], picture)
    assert flat.tolist() == [list(range(12))]
    assert sorted(one.shape for one in session.run(None, picture)) == [(1, 3, 2, 2), (1, 12)]


@pytest.mark.parametrize("engine", [OrtEngine, CvEngine])
def test_a_file_that_is_no_model_is_a_detector_error(choose: Choose, engine: type[Engine]) -> None:
    choose(engine)
    with pytest.raises(DetectorError, match="not an ONNX model that can be run here"):
        OnnxSession(b"not a model", threads=1)


@pytest.mark.parametrize("engine", [OrtEngine, CvEngine])
def test_a_picture_of_another_size_is_a_detector_error(choose: Choose, engine: type[Engine]) -> None:
    choose(engine)
    session = OnnxSession(model([1, 3, 2, 2], [1, 12]), threads=1)
    with pytest.raises(DetectorError, match="failed on this picture"):
        session.run(None, np.zeros((1, 3, 4, 4), np.float32))


@pytest.mark.model
def test_both_engines_find_the_same_in_the_street(
    choose: Choose, model_dir: Path, street: Pixels, frame_of: FrameOf
) -> None:
    def found(engine: type[Engine]) -> list[Detection]:
        choose(engine)
        detector = open_detector(model_dir, "coco-ssd")
        assert isinstance(detector, Looker)
        detector.warmup()
        return detector.detect([frame_of(street)], 0.3)[0]

    ours, theirs = found(OrtEngine), found(CvEngine)
    assert len(ours) >= 4
    assert [one.label for one in ours] == [one.label for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-3)
        assert overlaps(np.array(one.box), np.array([other.box]))[0] > 0.99
