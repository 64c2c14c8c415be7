"""Nothing of what runs the models writes or sends anything about the house it runs in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DETECTOR = """
import numpy as np
from services.detector.convert.onnx import OnnxGraph
from services.detector.session import OnnxSession
graph = OnnxGraph("same")
picture = graph.input("picture", [1, 3, 8, 8])
graph.node("Relu", [picture], output="same")
graph.output("same", [1, 3, 8, 8])
OnnxSession(graph.serialize(), 1).run(None, np.zeros((1, 3, 8, 8), np.float32))
"""
PLATES = """
import numpy as np
from services.core.clock import SystemClock
from services.core.settings import load
from services.plates.opening import open_reader
reader = open_reader(load(), lambda: True, SystemClock())
reader.read(np.zeros((300, 400, 3), np.uint8), [(0.1, 0.1, 0.9, 0.9)])
"""


@pytest.mark.parametrize("words", [DETECTOR, PLATES], ids=["detector", "plates"])
def test_a_look_leaves_nothing_in_the_home_folder(words: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HEARTHWATCH_DB_PASSWORD": "none"}
    ended = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
