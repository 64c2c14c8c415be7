import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.detect import figures, load_pictures, main, measure

KEYS = {"images_per_s", "bare_images_per_s", "ratio", "p50_ms", "p95_ms"}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.jpg"), np.full((60, 80, 3), 40 * number, np.uint8))
    return folder


def test_the_figures_follow_from_the_seconds() -> None:
    told = figures([0.02, 0.02, 0.02, 0.04], [0.01, 0.02, 0.02, 0.03])
    assert told == {"images_per_s": 40, "bare_images_per_s": 50, "ratio": 0.8, "p50_ms": 20, "p95_ms": 37}


def test_both_see_every_picture_and_take_turns_in_going_first() -> None:
    order: list[str] = []
    measure(lambda p: order.append(f"ours {p!r}"), lambda p: order.append(f"bare {p!r}"), [b"1", b"2"], rounds=1)
    assert order[2:] == ["bare b'1'", "ours b'1'", "ours b'2'", "bare b'2'"]


def test_a_clip_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no pictures in"):
        load_pictures(tmp_path / "nothing.avi", 5)


@pytest.mark.model
def test_the_benchmark_prints_its_figures_as_json(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--pictures", str(pictures), "--rounds", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= KEYS
    assert told["pictures"] == 3


@pytest.mark.model
def test_a_folder_without_pictures_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pictures", str(tmp_path)]) == 1
    assert "no pictures in" in capsys.readouterr().err
