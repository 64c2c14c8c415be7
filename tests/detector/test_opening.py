import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.detector import model
from services.detector.opening import open_detector
from services.detector.pins import PINS
from services.detector.plugin import DetectorError
from services.detector.problem import ModelError
from tests.detector.conftest import FrameOf
from tests.detector.yolox.graph import rows_with, yolox_like


def install(content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a file into the model folder under a pin of its own, as the model in use."""
    digest = hashlib.sha256(content).hexdigest()
    pin = replace(PINS["yolox-nano"], name="mine", bytes=len(content), sha256=digest)
    monkeypatch.setattr(model, "PINS", {"mine": pin})
    (folder / pin.filename).write_bytes(content)
    model.use(folder, "mine")
    return digest


def test_the_model_in_use_is_opened_with_its_plug_in_whole_pictures_in_and_full_frame_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frame_of: FrameOf
) -> None:
    content = yolox_like(rows_with(8 * 4 + 4 * 2, centre=(1, 0.5), size=(1, 1), sure=1, label=0))
    digest = install(content, tmp_path, monkeypatch)
    detector = open_detector(tmp_path, threads=2)
    detector.warmup()
    ((found,),) = detector.detect([frame_of(np.zeros((200, 200, 3), np.uint8))], 0.4)
    assert found.label == "person"
    assert found.box == pytest.approx((0, 0, 1, 1))
    assert (detector.name, detector.version) == ("mine", f"0.1.1rc0+{digest[:8]}")
    detector.close()


def test_a_pinned_file_that_is_no_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(b"not a model", tmp_path, monkeypatch)
    with pytest.raises(DetectorError, match="not an ONNX model"):
        open_detector(tmp_path)


def test_an_empty_model_folder_is_told_with_the_command_that_fills_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="scripts/model get coco-ssd"):
        open_detector(tmp_path)
