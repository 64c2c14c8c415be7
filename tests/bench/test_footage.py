from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.footage import Footage


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for shade in range(0, 250, 5):
        writer.write(np.full((240, 320, 3), shade, np.uint8))
    writer.release()
    return path


def test_no_two_pictures_are_alike_even_when_the_clip_comes_round(clip: Path) -> None:
    footage = Footage(clip)
    pictures = [footage.picture() for _ in range(200)]
    assert len(set(pictures)) == 200


def test_a_picture_is_a_frame_of_the_clip_but_for_its_corner(clip: Path) -> None:
    picture = cv2.imdecode(np.frombuffer(Footage(clip).picture(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert int(picture[100:].max()) < 10


def test_a_clip_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no frames"):
        Footage(tmp_path / "none.avi")
