import os
import socket
import tomllib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from services.plates.local import rapid as module
from services.plates.local.rapid import FINDS, READS, RapidOcr, settings
from services.plates.plate import ReaderError
from tests.plates.cast import line

LOCK = Path(__file__).parents[3] / "uv.lock"


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert RapidOcr(threads=1).lines(np.zeros((64, 64, 3), np.uint8)) == []


def test_without_its_models_it_says_so_and_fetches_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FINDS).touch()
    monkeypatch.setattr(module, "MODELS", tmp_path)
    with pytest.raises(ReaderError, match=READS):
        RapidOcr(threads=1)


def test_a_broken_model_is_told_and_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (FINDS, READS):
        (tmp_path / name).write_bytes(b"cut short")
    monkeypatch.setattr(module, "MODELS", tmp_path)
    with pytest.raises(ReaderError, match="cannot be run"):
        RapidOcr(threads=1).lines(np.zeros((64, 64, 3), np.uint8))
    assert (tmp_path / FINDS).read_bytes() == b"cut short"


@pytest.mark.parametrize(("wanted", "given"), [(1, 1), (9999, os.cpu_count())])
def test_it_takes_as_many_cores_as_it_may(wanted: int, given: int) -> None:
    assert settings(wanted)["EngineConfig.onnxruntime.intra_op_num_threads"] == given


def test_the_models_run_with_that_many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    real = onnxruntime.InferenceSession

    def noted(*args: object, sess_options: onnxruntime.SessionOptions, **more: object) -> onnxruntime.InferenceSession:
        taken.append(sess_options.intra_op_num_threads)
        return real(*args, sess_options=sess_options, **more)

    monkeypatch.setattr("rapidocr.inference_engine.onnxruntime.main.InferenceSession", noted)
    RapidOcr(threads=1).lines(np.zeros((64, 64, 3), np.uint8))
    assert taken and set(taken) == {1}


def test_an_empty_line_says_nothing(rapid: RapidOcr) -> None:
    alone = rapid.line(np.full((30, 90, 3), 128, np.uint8), line("D", score=0.4))
    assert (alone.raw.strip(), alone.corners.shape) == ("", (4, 2))


def test_the_lock_has_no_opencv_with_windows() -> None:
    packages = {one["name"] for one in tomllib.loads(LOCK.read_text())["package"]}
    assert {name for name in packages if name.startswith("opencv")} == {"opencv-python-headless"}
