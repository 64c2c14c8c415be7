import shutil
import struct
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.ftp.film import NotAFilm, length

pytestmark = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="no ffprobe is installed")


def film(folder: Path, seconds: int = 2) -> Path:
    file = folder / "one.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for shade in range(10 * seconds):
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()
    return file


def test_a_film_is_as_long_as_its_pictures_last(tmp_path: Path) -> None:
    assert length(film(tmp_path)) == timedelta(seconds=2)


@pytest.mark.parametrize(
    "data", [struct.pack(">I4s", 24, b"ftyp") + b"isom" * 10, b"RIFF\xff\xff\0\0AVI " + b"x" * 900]
)
def test_what_only_looks_like_a_film_is_none(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "one.mp4"
    file.write_bytes(data)
    with pytest.raises(NotAFilm):
        length(file)


def test_without_ffprobe_nobody_knows_how_long_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert length(film(tmp_path)) is None
