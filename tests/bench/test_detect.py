import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.detect import Contest, figures, load_pictures, main, measure, measure_crew, present
from services.detector.model_command import model_folder
from services.detector.pins import PINS

KEYS = {"model", "pictures", "threads", "images_per_s", "bare_images_per_s", "ratio", "p50_ms", "p95_ms"}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        cv2.imwrite(str(folder / f"{number}.jpg"), np.full((60, 80, 3), 40 * number, np.uint8))
    return folder


def test_the_figures_follow_from_the_seconds() -> None:
    told = figures([0.02, 0.02, 0.02, 0.04], [0.01, 0.02, 0.02, 0.03])
    assert told == {
        "images_per_s": 40,
        "bare_images_per_s": 50,
        "ratio": 0.8,
        "p50_ms": 20,
        "p95_ms": 37,
        "bare_p50_ms": 20,
    }


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
    assert [one["workers"] for one in told["runs"] if one.get("model") == told["model"]] == [1, 2]
    assert all(set(one) >= KEYS and one["images_per_s"] > 0 for one in told["runs"] if "model" in one)
    there = {PINS[one["model"]].plugin for one in told["runs"] if "model" in one}
    added = {one["stand_in_for"]: one["added_ms"] for one in told["runs"] if "stand_in_for" in one}
    assert there | set(added) == {pin.plugin for pin in PINS.values()}


@pytest.mark.model
def test_only_models_that_are_there_as_pinned_are_measured(tmp_path: Path) -> None:
    model_dir = model_folder(os.environ)
    assert present(tmp_path) == []
    (tmp_path / PINS["yolox-nano"].filename).write_bytes(b"something else")
    (tmp_path / PINS["coco-ssd"].filename).write_bytes((model_dir / PINS["coco-ssd"].filename).read_bytes())
    assert present(tmp_path) == ["coco-ssd"]


def test_a_worker_that_cannot_open_its_model_ends_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(ChildProcessError, match="did not come to its end"):
        measure_crew(Contest(tmp_path, "coco-ssd", 1), [b""], rounds=1, workers=1)


@pytest.mark.model
def test_a_model_that_is_not_there_is_told(pictures: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--model", "nanodet", "--pictures", str(pictures)]) == 1
    assert "fetch it with: scripts/model get nanodet" in capsys.readouterr().err


@pytest.mark.model
def test_a_folder_without_pictures_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pictures", str(tmp_path)]) == 1
    assert "no pictures in" in capsys.readouterr().err
