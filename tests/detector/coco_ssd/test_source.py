import hashlib
from pathlib import Path

import onnxruntime
import pytest

from services.detector.coco_ssd import source
from services.detector.model import ensure_default
from services.detector.pins import DEFAULT, PINS

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def built(model_dir: Path) -> bytes:
    ensure_default(model_dir)
    return source.build((model_dir / source.TARBALL).read_bytes())


def test_the_package_is_always_converted_to_the_pinned_file(built: bytes) -> None:
    assert len(built) == PINS[DEFAULT].bytes
    assert hashlib.sha256(built).hexdigest() == PINS[DEFAULT].sha256


def test_the_file_has_1917_anchors_and_91_numbers_for_each(built: bytes) -> None:
    session = onnxruntime.InferenceSession(built)
    assert [entry.shape for entry in session.get_inputs()] == [[1, 3, 300, 300]]
    shapes = {output.name: output.shape for output in session.get_outputs()}
    assert shapes == {"boxes": [1, 1917, 4], "logits": [1, 1917, 91], "anchors": [1, 1917, 4]}
