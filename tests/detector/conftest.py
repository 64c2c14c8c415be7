"""Models and real pictures for the detector's tests."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest

from services.detector.durable import write_whole
from services.detector.model_command import model_folder
from services.detector.plugin import Frame, Pixels

FrameOf = Callable[[Pixels], Frame]
_IN_THE_PACKAGE = "./usr/share/doc/opencv-doc/examples/data/vtest.avi"


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The user's model folder; scripts/test has put the default model there."""
    return model_folder(os.environ)


@pytest.fixture(scope="session")
def clip(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pedestrian clip of Debian's opencv-doc, fetched once into the cache."""
    path = model_dir.parent / "vtest.avi"
    if not path.exists():
        folder = tmp_path_factory.mktemp("opencv-doc")
        subprocess.run(["apt-get", "download", "opencv-doc"], cwd=folder, check=True)
        (package,) = folder.glob("*.deb")
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE, check=True)
        take = ["tar", "--extract", "--to-stdout", _IN_THE_PACKAGE]
        write_whole(path, subprocess.run(take, input=unpacked.stdout, stdout=subprocess.PIPE, check=True).stdout)
    return path


@pytest.fixture(scope="session")
def street(clip: Path) -> Pixels:
    """Frame 400 of the clip: three persons walking, a van and a car at the upper right edge."""
    capture = cv2.VideoCapture(str(clip))
    capture.set(cv2.CAP_PROP_POS_FRAMES, 400)
    good, bgr = capture.read()
    capture.release()
    assert good
    return bgr.astype("uint8")


@pytest.fixture
def frame_of() -> FrameOf:
    """Makes a frame of camera `porch` out of pixels."""
    return lambda bgr: Frame(bgr, "porch", datetime(2026, 5, 1, 12, tzinfo=UTC))
